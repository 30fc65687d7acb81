/** A scale that starts at 0, with few round numbers on it. */
export interface Scale {
  readonly top: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

export interface ScaleLimits {
  /** What one step stands for, at least. */
  readonly leastStep: number;
  readonly mostSteps: number;
}

const ROUND_DIGITS = [1, 2, 5];
/** From here on, thousands are written as K, millions as M. */
const COMPACT_FROM = 10_000;

/** The smallest of 1, 2, 5, 10, 20, 50, ... (or 0.5, 0.2, 0.1, ...) that reaches `most` in few enough steps. */
function roundStep(most: number, { leastStep, mostSteps }: ScaleLimits): { step: number; decimals: number } {
  for (let exponent = Math.floor(Math.log10(leastStep)); ; exponent += 1) {
    for (const digit of ROUND_DIGITS) {
      // Divided rather than multiplied by a fraction, which would leave rounding errors.
      const step = exponent < 0 ? digit / 10 ** -exponent : digit * 10 ** exponent;
      if (step >= leastStep && most <= mostSteps * step) return { step, decimals: Math.max(0, -exponent) };
    }
  }
}

/** The scale for values up to `most`; without any value it has only its 0. */
export function roundScale(most: number, limits: ScaleLimits): Scale {
  const { step, decimals } = roundStep(most, limits);
  const steps = Math.ceil(most / step);
  const top = Math.max(1, steps) * step;
  const format = new Intl.NumberFormat('en-US', {
    notation: top >= COMPACT_FROM ? 'compact' : 'standard',
    minimumFractionDigits: decimals,
    maximumFractionDigits: Math.max(1, decimals),
  });
  const values = Array.from({ length: steps + 1 }, (_, index) => index * step);
  return { top, ticks: values.map((value) => ({ value, label: value === 0 ? '0' : format.format(value) })) };
}
