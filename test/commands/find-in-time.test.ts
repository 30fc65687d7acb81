import { afterEach, expect, it, vi } from 'vitest';
import { findInTime } from '../../src/commands/find-in-time.ts';
import { makeJob } from '../support/job-fixtures.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('gives up a search that leaves no time for an answer', async () => {
  vi.useFakeTimers();
  const finding = findInTime(new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await finding).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

it('tells what was not found from what took too long', async () => {
  const job = makeJob();
  expect(await findInTime(Promise.resolve(job))).toEqual({ job });
  expect(await findInTime(Promise.resolve(undefined))).toEqual({ job: undefined });
});
