import { durationsOf } from '../../sandbox/segmind/durations.ts';
import { readParameters } from '../../sandbox/segmind/parameters.ts';
import { type GenerationParameters, toSegmindBody } from '../../src/segmind/parameters.ts';
import type { SimulatedRequest } from './simulate.ts';

/** The average of a default image by the model's page, and half a second in the queue. */
export const USUAL_DURATIONS = { queueMs: 500, renderMs: 5_340, areVaried: true };

/** A request that takes as long as in the sandbox. */
export function asInSandbox(parameters: GenerationParameters): SimulatedRequest {
  const read = readParameters(toSegmindBody(parameters, { base64: false }));
  if ('problem' in read) throw new Error(read.problem);
  return { parameters, ...durationsOf(read.parameters, USUAL_DURATIONS) };
}
