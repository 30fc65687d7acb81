import { beforeEach, describe, expect, it } from 'vitest';
import { submit } from '../../../src/jobs/stages/submit.ts';
import {
  BadRequest,
  ConnectionFailed,
  InsufficientCredits,
  ModelForbidden,
  OutcomeUnknown,
  RateLimited,
  ServerError,
} from '../../../src/segmind/errors.ts';
import type { InferenceResult } from '../../../src/segmind/result.ts';
import { monotonicNow } from '../../../src/time.ts';
import { resultOf } from '../../support/fake-segmind.ts';
import { createStageParts } from '../../support/stage-parts.ts';

let parts: Awaited<ReturnType<typeof createStageParts>>;
const { signal } = new AbortController();
const run = async () =>
  submit(await parts.insertIn({ name: 'submitting', submittingAtMs: 1 }), parts.dependencies, signal);
const storedState = async () => (await parts.store.get('0000000000001'))?.state;
const fail = (error: Error) => {
  parts.segmind.answer = async () => {
    throw error;
  };
};

beforeEach(async () => {
  parts = await createStageParts();
  parts.grant();
});

describe('a POST', () => {
  it('is stored as submitted before it is settled, and then lets the next one begin', async () => {
    const job = await run();
    expect(job.state).toMatchObject({ name: 'submitted', requestId: 'request-1', phase: 'QUEUED', isOverdue: false });
    expect(await storedState()).toEqual(job.state);
    expect(parts.calls).toEqual(['settle accepted true', 'free']);
    expect(parts.shown).toEqual([{ phase: 'submitting' }]);
    expect(parts.events).toEqual([{ name: 'posted', outcome: 'accepted' }]);
  });

  it('is not sent without a permit: an earlier process may have sent it', async () => {
    parts.permit = undefined;
    expect((await run()).state).toEqual({ name: 'unknown' });
    expect([parts.segmind.posts, parts.calls]).toEqual([[], []]);
  });

  it('is not sent with a permit that is older than 5 s: the job is queued again', async () => {
    parts.grant({ requestedAtMs: monotonicNow() - 5_001 });
    expect((await run()).state).toEqual({ name: 'queued', queuedAtMs: 5, isFirst: true, hasRetried: false });
    expect([parts.segmind.posts, parts.calls]).toEqual([
      [],
      ['hold 1000', 'withdraw', 'release 0000000000001', 'free'],
    ]);
  });

  it('that meets a 429 first pauses all others, and its job is queued before all others', async () => {
    fail(new RateLimited(Date.now() + 42_500));
    expect((await run()).state).toEqual({ name: 'queued', queuedAtMs: 5, isFirst: true, hasRetried: false });
    expect(parts.calls[1]).toMatch(/^pause 4[23] s$/);
    expect(parts.calls.toSpliced(1, 1)).toEqual([
      'trip RateLimited',
      'settle rate_limited false',
      'release 0000000000001',
      'free',
    ]);
  });

  it.each([new ServerError(502, ''), new ConnectionFailed(new Error('refused'))])(
    'is retried once after %s, and then the job fails',
    async (error) => {
      fail(error);
      expect((await run()).state).toEqual({ name: 'queued', queuedAtMs: 5, isFirst: true, hasRetried: true });
      expect(parts.calls[1]).toMatch(/^pause [23] s$/);
      parts = await createStageParts();
      parts.grant({ queued: { name: 'queued', queuedAtMs: 5, isFirst: true, hasRetried: true } });
      fail(error);
      expect((await run()).state).toMatchObject({ name: 'failed' });
      expect(parts.calls).toEqual([`trip ${error.name}`, 'settle retry false', 'free']);
    },
  );

  it.each([
    [new OutcomeUnknown('body', new Error('reset')), { name: 'unknown' }, 'settle unknown false'],
    [new BadRequest('no'), { name: 'failed', failure: { kind: 'bad_request', detail: 'no' } }, 'settle failed true'],
    [
      new InsufficientCredits(402, ''),
      { name: 'failed', failure: { kind: 'stopped', reason: 'credits' } },
      'settle failed false',
    ],
    [
      new ModelForbidden(''),
      { name: 'failed', failure: { kind: 'stopped', reason: 'forbidden' } },
      'settle failed false',
    ],
  ])('ends the job after %s, without a retry', async (error, state, settled) => {
    fail(error);
    expect((await run()).state).toEqual(state);
    expect(await storedState()).toEqual(state);
    expect(parts.calls).toEqual([`trip ${error.name}`, settled, 'free']);
    expect(parts.segmind.posts).toHaveLength(1);
  });

  it('is awaited when the process stops', async () => {
    let answer = (_: { requestId: string }) => {};
    parts.segmind.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const running = run();
    await expect.poll(() => parts.segmind.posts).toHaveLength(1);
    const drained = parts.dependencies.criticalWork.drain(8_000).then(storedState);
    answer({ requestId: 'r' });
    expect(await drained).toMatchObject({ name: 'submitted', requestId: 'r' });
    await running;
  });
});

describe('a blocking call', () => {
  const inline = (): InferenceResult => ({
    ...resultOf('sync'),
    images: [{ kind: 'inline', bytes: Buffer.from('x'), extension: 'png', contentType: 'image/png' }],
  });

  beforeEach(async () => {
    parts = await createStageParts({ mode: 'sync' });
    parts.grant();
  });

  it('is stored as rendered with its images in files, which are kept for the delivery', async () => {
    parts.segmind.answerSync = async () => inline();
    const { id, state } = await run();
    expect(state).toMatchObject({ name: 'rendered', imageCount: 1, imageFiles: [`${id}-1.png`], costUsd: 0.01 });
    expect(await parts.imageFiles.load(`${id}-1.png`)).toEqual(Buffer.from('x'));
    expect(parts.shown.at(-1)).toMatchObject({ phase: 'rendering', isOverdue: false });
    expect(parts.calls).toEqual(['settle accepted true', 'cost 0.01', 'free']);
  });

  it('shows when it takes longer than the deadline', async () => {
    parts = await createStageParts({ mode: 'sync', deadlineMs: 20 });
    parts.grant();
    parts.segmind.answerSync = async () => {
      await expect.poll(() => parts.shown.at(-1)).toMatchObject({ isOverdue: true });
      return inline();
    };
    expect((await run()).state.name).toBe('rendered');
  });
});
