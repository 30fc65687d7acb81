import { beforeEach, describe, expect, it } from 'vitest';
import { waitForTurn } from '../../../src/jobs/stages/wait-for-turn.ts';
import { JobLost } from '../../../src/jobs/store-errors.ts';
import { createStageParts } from '../../support/stage-parts.ts';

const queued = { name: 'queued', queuedAtMs: 5, isFirst: false, hasRetried: false } as const;
let parts: Awaited<ReturnType<typeof createStageParts>>;
beforeEach(async () => {
  parts = await createStageParts();
});

const { signal } = new AbortController();
const run = async () => waitForTurn(await parts.insertIn(queued), parts.dependencies, signal);
const storedState = async () => (await parts.store.get('0000000000001'))?.state;

describe('waiting for a turn', () => {
  it('ends with the submitting job, as the ledger has stored it', async () => {
    const job = await parts.insertIn({ name: 'submitting', submittingAtMs: 1 });
    parts.turn = async () => ({ name: 'granted', job });
    expect(await waitForTurn({ ...job, state: queued }, parts.dependencies, signal)).toBe(job);
  });

  it.each([
    [{ name: 'cancelled', cancelledBy: 'member' } as const, { name: 'cancelled', cancelledBy: 'member' }],
    [{ name: 'expired' } as const, { name: 'failed', failure: { kind: 'waited_too_long' } }],
    [
      { name: 'stopped', reason: 'credits' } as const,
      { name: 'failed', failure: { kind: 'stopped', reason: 'credits' } },
    ],
  ])('ends without a POST: %j', async (turn, state) => {
    parts.turn = async () => turn;
    expect((await run()).state).toEqual(state);
    expect(await storedState()).toEqual(state);
    expect(parts.segmind.posts).toEqual([]);
  });

  it('leaves a job that another process has changed', async () => {
    parts.turn = async () => ({ name: 'lost' });
    await expect(run()).rejects.toThrow(JobLost);
    expect(await storedState()).toEqual(queued);
  });

  it('leaves the job queued when the process stops', async () => {
    const stopping = new AbortController();
    parts.turn = () => new Promise(() => {});
    const waiting = waitForTurn(await parts.insertIn(queued), parts.dependencies, stopping.signal);
    stopping.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
    expect(await storedState()).toEqual(queued);
  });
});
