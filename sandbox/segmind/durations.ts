import type { Parameters } from './parameters.ts';
import { workOf } from './price.ts';
import { between, randomFrom } from './random.ts';

/** How long a request of 1024×1024 with 30 steps takes, in ms. */
export interface UsualDurations {
  readonly queueMs: number;
  readonly renderMs: number;
  /** Whether they vary with the seed: the rendering by up to 10 %, the queueing by up to 50 %. */
  readonly areVaried: boolean;
}

/** How long a request is QUEUED on a warm model, and then PROCESSING, in ms. The latter is proportional to steps, pixels and samples. */
export function durationsOf(
  parameters: Parameters,
  { queueMs, renderMs, areVaried }: UsualDurations,
): { queueMs: number; renderMs: number } {
  const random = randomFrom('durations', parameters.seed);
  const vary = (ms: number, share: number) => (areVaried ? ms * between(random, 1 - share, 1 + share) : ms);
  return { queueMs: vary(queueMs, 0.5), renderMs: vary(renderMs * workOf(parameters), 0.1) };
}
