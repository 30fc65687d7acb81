import { expect, it } from 'vitest';
import { measure } from '../../../src/jobs/render-times/measure.ts';
import type { InferenceMetrics } from '../../../src/segmind/result.ts';

const finish = (afterMs: number, byMs: number, queuedAtMs = 0) => ({ afterMs, byMs, queuedAtMs });
const took = (renderSeconds: number, queueSeconds: number | undefined) => ({ renderSeconds, queueSeconds });

it.each<[string, InferenceMetrics, ReturnType<typeof finish> | undefined, ReturnType<typeof took> | undefined]>([
  [
    "Segmind's numbers, where it reports them",
    { inferenceSeconds: 5, queueSeconds: 1, totalSeconds: 6 },
    finish(5_500, 6_500),
    took(5, 1),
  ],
  ['their sum, without a total', { inferenceSeconds: 5, queueSeconds: 1 }, finish(5_500, 6_500), took(5, 1)],
  ['the rest as queueing', { inferenceSeconds: 5, totalSeconds: 7 }, finish(6_500, 7_500), took(5, 2)],
  ['the rest as rendering', { queueSeconds: 2, totalSeconds: 7 }, finish(6_500, 7_500), took(5, 2)],
  [
    'no less than what polls saw',
    { inferenceSeconds: 5, queueSeconds: 1, totalSeconds: 6 },
    finish(8_000, 9_000),
    took(5, 3),
  ],
  ['no more than what polls saw', { inferenceSeconds: 5_000, totalSeconds: 6_000 }, finish(5_000, 6_000), took(6, 0)],
  ['what polls saw, if nothing is reported', {}, finish(7_000, 8_000, 2_500), took(5, 2.5)],
  ['a reported 0 as not reported', { inferenceSeconds: 0, totalSeconds: 0 }, finish(7_000, 8_000), took(7.5, 0)],
  ['nothing, if its end is not known closely', {}, finish(1_000, 8_000), undefined],
  ['nothing, if it ended while the bot was down', {}, finish(0, 3_000_000), undefined],
  [
    "Segmind's numbers, if it ended while the bot was down",
    { inferenceSeconds: 5, queueSeconds: 1, totalSeconds: 6 },
    finish(0, 3_000_000),
    took(5, 1),
  ],
  ['the rendering of a blocking call', { inferenceSeconds: 5 }, undefined, took(5, undefined)],
  ['nothing of a blocking call that reports nothing', {}, undefined, undefined],
])('takes %s', (_, metrics, seen, expected) => {
  expect(measure(metrics, seen)).toEqual(expected);
});
