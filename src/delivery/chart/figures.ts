/** A number of images or members, as `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** The months that cost less are shown with more decimals: an image costs about a cent. */
const FINE_BELOW_USD = 1;

/** How the costs of a month are written, without their currency: by the largest of them, so that all have as many decimals. */
export function usdFormat(totalUsd: number): (usd: number) => string {
  const decimals = totalUsd > 0 && totalUsd < FINE_BELOW_USD ? 4 : 2;
  const least = 10 ** -decimals;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return (usd) => {
    if (usd === 0) return '0.00';
    return usd < least / 2 ? `< ${least.toFixed(decimals)}` : usd.toLocaleString('en-US', digits);
  };
}
