import { expect, it } from 'vitest';
import { durationsOf } from '../../sandbox/segmind/durations.ts';
import { type Parameters, readParameters } from '../../sandbox/segmind/parameters.ts';

const TIMES = { queueMs: 100, renderMs: 1_000 };

function parameters(given: object = {}): Parameters {
  const read = readParameters({ prompt: 'a red rose', seed: 7, ...given });
  if ('problem' in read) throw new Error(read.problem);
  return read.parameters;
}

it('renders in proportion to steps, pixels and samples; the queue takes the same for all', () => {
  const large = { samples: 4, num_inference_steps: 60, img_width: 2048, img_height: 2048 };
  const exact = { ...TIMES, areVaried: false };
  expect(durationsOf(parameters(), exact)).toEqual(TIMES);
  expect(durationsOf(parameters(large), exact)).toEqual({ queueMs: 100, renderMs: 32_000 });
});

it('varies the times with the seed, the same for the same seed', () => {
  const varied = { ...TIMES, areVaried: true };
  const times = Array.from({ length: 200 }, (_, seed) => durationsOf(parameters({ seed }), varied));
  expect(durationsOf(parameters({ seed: 0 }), varied)).toEqual(times[0]);
  expect(new Set(times.map(({ renderMs }) => renderMs)).size).toBeGreaterThan(190);
  for (const { queueMs, renderMs } of times) {
    expect(Math.abs(queueMs - 100)).toBeLessThanOrEqual(50);
    expect(Math.abs(renderMs - 1_000)).toBeLessThanOrEqual(100);
  }
});
