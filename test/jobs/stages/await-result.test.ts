import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awaitResult } from '../../../src/jobs/stages/await-result.ts';
import { InferenceFailed } from '../../../src/segmind/errors.ts';
import { resultOf } from '../../support/fake-segmind.ts';
import { passTurns } from '../../support/pass-turns.ts';
import { createStageParts } from '../../support/stage-parts.ts';

let parts: Awaited<ReturnType<typeof createStageParts>>;
let stopping: AbortController;
const submitted = (agoMs = 0) =>
  ({
    name: 'submitted',
    requestId: 'r',
    submittedAtMs: Date.now() - agoMs,
    phase: 'QUEUED',
    isOverdue: false,
  }) as const;
const pass = async (ms: number) => {
  await passTurns();
  await vi.advanceTimersByTimeAsync(ms);
  await passTurns();
};
const start = async (agoMs = 0) =>
  awaitResult(await parts.insertIn(submitted(agoMs)), parts.dependencies, stopping.signal);
const storedState = async () => (await parts.store.get('0000000000001'))?.state;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  stopping = new AbortController();
  parts = await createStageParts();
});
afterEach(async () => {
  await parts.dependencies.renderHistory.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('waiting for the result', () => {
  it('shows the progress, and ends with the rendered job, whose images are kept', async () => {
    const answers = ['QUEUED', 'PROCESSING', 'COMPLETED'] as const;
    let polls = 0;
    parts.segmind.poll = async () => answers[polls++] ?? 'COMPLETED';
    const running = start();
    await pass(1_000);
    // The first poll comes when the image may be rendering.
    expect(polls).toBe(0);
    await pass(19_000);
    const job = await running;
    expect(polls).toBe(3);
    expect(job.state).toMatchObject({ name: 'rendered', requestId: 'r', imageCount: 1, costUsd: 0.01 });
    expect(await storedState()).toEqual(job.state);
    expect(parts.shown.map(({ phase }) => phase)).toEqual(['accepted', 'rendering']);
    expect(parts.calls).toEqual(['count 0000000000001', 'cost 0.01']);
    if (job.state.name !== 'rendered') throw new Error('not rendered');
    const images = await parts.dependencies.resultImages.find({ ...job, state: job.state }, stopping.signal);
    expect(images).toHaveLength(1);
  });

  it.each([
    ['reports it', { inferenceSeconds: 6, queueSeconds: 1 }, [{ queue_seconds: 1 }]],
    ['reports only the rendering', { inferenceSeconds: 6 }, []],
    ['does not report it: the request may have ended long ago', {}, []],
  ])(
    'learns how long a request took that ended while the bot was down, if Segmind %s',
    async (_, metrics, expected) => {
      parts.segmind.poll = async () => 'COMPLETED';
      parts.segmind.result = async (requestId) => ({ ...resultOf(requestId), metrics });
      await start(500_000);
      await parts.dependencies.renderHistory.close();
      const rows = await parts.database.db.selectFrom('render_times').select('queue_seconds').execute();
      expect(rows).toEqual(expected);
    },
  );

  it('stops counting the job as in flight when it is overdue, and stores that', async () => {
    const running = start(500_000);
    await pass(99_999);
    expect(parts.calls).toEqual(['count 0000000000001']);
    await pass(1);
    expect(parts.calls).toEqual(['count 0000000000001', 'release 0000000000001']);
    expect(parts.shown.at(-1)).toMatchObject({ isOverdue: true });
    await expect.poll(storedState).toMatchObject({ isOverdue: true });
    parts.segmind.poll = async () => 'COMPLETED';
    await pass(60_000);
    expect((await running).state.name).toBe('rendered');
  });

  it('fails when the request failed, and when its hour is over', async () => {
    parts.segmind.poll = async () => {
      throw new InferenceFailed('r', 'nsfw');
    };
    const failing = start();
    await pass(5_000);
    expect((await failing).state).toEqual({
      name: 'failed',
      failure: { kind: 'inference_failed', detail: 'nsfw' },
    });
    parts = await createStageParts();
    const running = start(3_590_000);
    await pass(10_000);
    expect((await running).state).toEqual({ name: 'failed', failure: { kind: 'took_too_long' } });
  });

  it('polls each job less often when many are in flight, so that all together are polled 300 times a second', async () => {
    parts.inFlight = 1_500;
    let polls = 0;
    parts.segmind.poll = async () => {
      polls += 1;
      return polls < 5 ? 'QUEUED' : 'COMPLETED';
    };
    const running = start(100_000);
    await pass(19_999);
    expect(polls).toBe(4);
    await pass(1);
    expect((await running).state.name).toBe('rendered');
  });

  it.each([-3_600_000, 3_600_000])('is not affected when the wall clock is set by %i ms', async (stepMs) => {
    const running = start();
    await pass(5_000);
    vi.setSystemTime(Date.now() + stepMs);
    await pass(5_000);
    expect(parts.calls).toEqual(['count 0000000000001']);
    parts.segmind.poll = async () => 'COMPLETED';
    await pass(1_000);
    expect((await running).state.name).toBe('rendered');
  });

  it('ends with the process, and changes nothing', async () => {
    const running = start();
    running.catch(() => {});
    await pass(1_500);
    stopping.abort(new Error('stopping'));
    await expect(running).rejects.toThrow('stopping');
    expect(await storedState()).toMatchObject({ name: 'submitted' });
  });
});
