/** US$ of one sample with 30 steps at 1.05 megapixels: used until the provider has reported the cost of such a request. */
const USUAL_COST_USD = 0.0103;
const USUAL_STEPS = 30;
const USUAL_MEGAPIXELS = 1.05;
/** How many combinations of samples, steps and size are remembered; the least recently charged is removed first. */
const REMEMBERED = 1_000;

/** The parameters that decide the cost of a request. */
export interface CostFactors {
  readonly samples: number;
  readonly steps: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Millions of pixels of one image. */
export function megapixelsOf({ width, height }: Pick<CostFactors, 'width' | 'height'>): number {
  return (width * height) / 1_000_000;
}

/** Estimates the cost of a request by earlier requests. */
export class CostEstimate {
  readonly #costs = new Map<string, number>();

  /** Remembers a cost that the provider reported. */
  record(factors: CostFactors, costUsd: number): void {
    // Nothing is free: an estimate of 0 would let everything through a budget.
    if (!(Number.isFinite(costUsd) && costUsd > 0)) return;
    const key = keyOf(factors);
    this.#costs.delete(key);
    this.#costs.set(key, costUsd);
    const [oldest] = this.#costs.keys();
    if (this.#costs.size > REMEMBERED && oldest !== undefined) this.#costs.delete(oldest);
  }

  /** US$: the last cost for the same samples, steps and size, else in proportion to the usual one. */
  estimateUsd(factors: CostFactors): number {
    const known = this.#costs.get(keyOf(factors));
    if (known !== undefined) return known;
    const { samples, steps } = factors;
    return USUAL_COST_USD * samples * (steps / USUAL_STEPS) * (megapixelsOf(factors) / USUAL_MEGAPIXELS);
  }
}

const keyOf = ({ samples, steps, width, height }: CostFactors) => `${samples} ${steps} ${width}x${height}`;
