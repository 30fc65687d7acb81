import { between, randomFrom } from '../../sandbox/segmind/random.ts';
import { SIZES } from '../../src/commands/sizes.ts';
import { type GenerationParameters, parametersSchema } from '../../src/segmind/parameters.ts';
import { asInSandbox } from './as-in-sandbox.ts';
import type { SimulatedRequest } from './simulate.ts';

export interface Scenario {
  readonly title: string;
  /** At most so many times the lag and the polls of a fixed second. */
  readonly aims?: { readonly lag: number; readonly polls: number };
  /** The request with this number, of `count`. */
  readonly request: (index: number, count: number) => SimulatedRequest;
}

function parametersFor(index: number, given: object = {}): GenerationParameters {
  return parametersSchema.parse({ prompt: 'a red rose', seed: index, ...given });
}

function mixed(index: number): SimulatedRequest {
  const random = randomFrom('mixed', index);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const { width, height } = pick(SIZES);
  const steps = Math.round(between(random, 20, 60));
  return asInSandbox(parametersFor(index, { width, height, steps, samples: pick([1, 1, 1, 2, 4]) }));
}

const usual = (index: number) => asInSandbox(parametersFor(index));

export const SCENARIOS: readonly Scenario[] = [
  { title: 'mixed load', aims: { lag: 0.5, polls: 0.4 }, request: mixed },
  { title: 'default options', aims: { lag: 0.45, polls: 0.55 }, request: usual },
  {
    title: 'pure chance, 3 to 7 s',
    aims: { lag: 0.75, polls: 0.9 },
    request: (index) => ({
      parameters: parametersFor(index),
      queueMs: 0,
      renderMs: between(randomFrom('chance', index), 3_000, 7_000),
    }),
  },
  {
    title: 'cold starts of 1 to 3 minutes',
    aims: { lag: 1, polls: 0.3 },
    request: (index) => ({ ...usual(index), queueMs: between(randomFrom('cold', index), 60_000, 180_000) }),
  },
  {
    title: 'durations that jump by 1.8 and back',
    aims: { lag: 0.6, polls: 0.6 },
    request: (index, count) => {
      const { parameters, queueMs, renderMs } = usual(index);
      const factor = index >= count / 3 && index < (2 * count) / 3 ? 1.8 : 1;
      return { parameters, queueMs: factor * queueMs, renderMs: factor * renderMs };
    },
  },
];
