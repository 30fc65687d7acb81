/** What these used, together. */
export function sumOf(used: readonly { images: number; costUsd: number }[], key: 'images' | 'costUsd'): number {
  return used.reduce((sum, each) => sum + each[key], 0);
}

/** A number of images or members, as `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** How the costs of a month are written, without their currency: with 4 decimals if they sum up to less than US$ 1. */
export function usdFormat(totalUsd: number): (usd: number) => string {
  const decimals = totalUsd > 0 && totalUsd < 1 ? 4 : 2;
  const least = 10 ** -decimals;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return (usd) => {
    if (usd === 0) return '0.00';
    return usd < least / 2 ? `< ${least.toFixed(decimals)}` : usd.toLocaleString('en-US', digits);
  };
}
