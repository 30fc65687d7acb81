import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPollSchedule, workOf } from '../../src/segmind/poll-schedule.ts';

const DEFAULT_WORK = workOf({ steps: 30, width: 1024, height: 1024, samples: 1 });
const LARGEST_WORK = workOf({ steps: 100, width: 2048, height: 2048, samples: 4 });
const UNKNOWN = { renderRates: [], queueSeconds: [] };
/** Renders of a default image took so many seconds. */
const afterRenders = (renderSeconds: readonly number[], queueSeconds: readonly number[] = [0.5]) => ({
  renderRates: renderSeconds.map((seconds) => seconds / DEFAULT_WORK),
  queueSeconds: renderSeconds.map((_, index) => queueSeconds[index % queueSeconds.length] ?? 0),
});
const scheduleAfter = (...given: Parameters<typeof afterRenders>) =>
  createPollSchedule(afterRenders(...given), DEFAULT_WORK);

/** When a request is polled that was first seen PROCESSING after `fromMs`, until it ends. */
function pollsOf(schedule: ReturnType<typeof createPollSchedule>, fromMs: number, untilMs: number): number[] {
  const polls: number[] = [];
  for (let atMs = fromMs; atMs < untilMs; ) {
    atMs += schedule.nextMs({ processingAtMs: fromMs }, atMs);
    polls.push(atMs);
  }
  return polls;
}

describe('the estimate', () => {
  it('is the average of the model page while nothing is known, in proportion to the work', () => {
    expect(createPollSchedule(UNKNOWN, DEFAULT_WORK).estimateSeconds).toBe(6);
    expect(createPollSchedule(UNKNOWN, 10 * DEFAULT_WORK).estimateSeconds).toBeCloseTo(54, -1);
  });

  it('is the median of queueing and rendering, once enough is known, and at least a second', () => {
    expect(scheduleAfter(Array(50).fill(9), [2]).estimateSeconds).toBe(11);
    expect(scheduleAfter(Array(50).fill(0.1), [0.1]).estimateSeconds).toBe(1);
  });

  it.each([0.001, 5_000])('is hardly affected by one request that took %d s', (seconds) => {
    const { estimateSeconds } = scheduleAfter([seconds]);
    expect(estimateSeconds).toBeGreaterThan(4);
    expect(estimateSeconds).toBeLessThan(8);
  });
});

describe('the first poll', () => {
  it('comes early, so that a quick failure is seen', () => {
    expect(scheduleAfter(Array(50).fill(9.5)).firstMs).toBe(2_000);
  });

  it('comes within ten seconds even of the largest request', () => {
    expect(createPollSchedule(UNKNOWN, LARGEST_WORK).firstMs).toBe(10_000);
  });
});

describe('a request that is queued', () => {
  it('is polled when it could have rendered at the earliest, however long it is queued', () => {
    const schedule = scheduleAfter([...Array(46).fill(6), ...Array(4).fill(4)]);
    for (const queuedAtMs of [1_000, 100_000, 3_000_000]) {
      expect(schedule.nextMs({ queuedAtMs }, queuedAtMs + 60)).toBe(0.94 * 4_000 - 60);
    }
  });

  it('is polled again after ten seconds, even if its rendering takes minutes', () => {
    expect(createPollSchedule(UNKNOWN, LARGEST_WORK).nextMs({ queuedAtMs: 1_000 }, 1_000)).toBe(10_000);
  });

  it('is polled no more often because of a single quick one', () => {
    expect(scheduleAfter([...Array(49).fill(6), 0.1]).nextMs({ queuedAtMs: 0 }, 0)).toBe(0.94 * 6_000);
  });

  it('is not polled all the time when renders take no time', () => {
    expect(scheduleAfter(Array(50).fill(0.001)).nextMs({ queuedAtMs: 0 }, 0)).toBe(300);
  });
});

describe('a request that is rendering', () => {
  it('is polled once if all took equally long, at its end', () => {
    const polls = pollsOf(scheduleAfter(Array(50).fill(6), [0.5]), 1_000, 6_499);
    expect(polls).toEqual([6_500]);
  });

  it('is polled more often where earlier ones ended', () => {
    const polls = pollsOf(scheduleAfter(Array.from({ length: 50 }, (_, index) => 6 + index / 25)), 1_000, 8_400);
    expect(polls.filter((ms) => ms < 6_500)).toEqual([]);
    expect(polls.length).toBeGreaterThan(2);
    expect(polls.length).toBeLessThan(8);
  });

  it('is polled ever less often when it takes longer than any before', () => {
    const schedule = scheduleAfter(Array(50).fill(5));
    const pausesMs = [6, 60, 600, 3_600].map((s) => schedule.nextMs({ processingAtMs: 500 }, s * 1_000));
    expect(pausesMs).toEqual([480, 4_800, 10_000, 10_000]);
  });

  it('is not left alone because some earlier ones took minutes', () => {
    const schedule = scheduleAfter([...Array(46).fill(6), ...Array(4).fill(300)]);
    expect(schedule.nextMs({ processingAtMs: 500 }, 6_600)).toBeLessThanOrEqual(1_000);
  });

  it('is expected sooner if its rendering began long ago', () => {
    const schedule = scheduleAfter(Array(50).fill(6), [0.5]);
    const afterColdStart = schedule.nextMs({ queuedAtMs: 100_000, processingAtMs: 104_000 }, 104_000);
    expect(afterColdStart).toBeGreaterThan(2_000);
    expect(afterColdStart).toBeLessThan(6_000);
    // It was queued again, and then began at once.
    expect(schedule.nextMs({ queuedAtMs: 200_000, processingAtMs: 200_010 }, 200_010)).toBeCloseTo(6_000, -2);
  });
});

it('always waits between 0.12 and 10 s', () => {
  const seconds = fc.double({ min: 0, max: 86_400, noNaN: true });
  const values = fc.array(seconds, { maxLength: 50 });
  const time = fc.option(fc.double({ min: 0, max: 3_600_000, noNaN: true }), { nil: undefined });
  const work = fc.double({ min: 5, max: LARGEST_WORK, noNaN: true });
  fc.assert(
    fc.property(
      values,
      values,
      work,
      time,
      time,
      seconds,
      (renderRates, queueSeconds, much, queued, processing, at) => {
        const schedule = createPollSchedule({ renderRates, queueSeconds }, much);
        const seen = {
          ...(queued === undefined ? {} : { queuedAtMs: queued }),
          ...(processing === undefined ? {} : { processingAtMs: processing }),
        };
        for (const ms of [schedule.firstMs, schedule.nextMs(seen, at * 1_000)]) {
          expect(ms).toBeGreaterThanOrEqual(120);
          expect(ms).toBeLessThanOrEqual(10_000);
        }
      },
    ),
  );
});
