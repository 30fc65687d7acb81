import { beforeEach, describe, expect, it } from 'vitest';
import type { StateOf } from '../../../src/jobs/job.ts';
import { close } from '../../../src/jobs/stages/close.ts';
import { createStageParts } from '../../support/stage-parts.ts';

type Ended = StateOf<'delivered' | 'failed' | 'cancelled' | 'unknown'>;

let parts: Awaited<ReturnType<typeof createStageParts>>;
beforeEach(async () => {
  parts = await createStageParts();
});
const run = async (state: Ended) =>
  close(await parts.insertIn<Ended['name']>(state), parts.dependencies, new AbortController().signal);
const delivered = {
  name: 'delivered',
  submittedAtMs: 1,
  renderedAtMs: 2,
  imageCount: 1,
  imageUrls: [],
  imageFiles: [],
} as const;

describe('closing a job', () => {
  it.each<Ended>([
    { name: 'unknown' },
    { name: 'cancelled', cancelledBy: 'member' },
    { name: 'failed', failure: { kind: 'unreachable' } },
  ])('tells the member that it is %j, and closes it', async (state) => {
    const job = await run(state);
    expect(parts.endings).toEqual([state]);
    expect(job).toMatchObject({ state, interactionToken: '', endedAtMs: expect.any(Number) });
    expect(await parts.store.get(job.id)).toEqual(job);
  });

  it('sends no final message for a job that is delivered', async () => {
    expect((await run(delivered)).endedAtMs).toBeDefined();
    expect(parts.endings).toEqual([]);
  });

  it.each([
    ['closes one whose member reads that its images could not be delivered', true, {}, true],
    ['leaves it open for the next start when the member could not be reached at all', false, {}, false],
    ['closes it when that was the second start', false, { isRetried: true }, true],
  ])('%s', async (_, isTold, change, isClosed) => {
    const { name, ...rendered } = delivered;
    parts.isDelivered = isTold;
    const job = await run({ name: 'failed', failure: { kind: 'undeliverable' }, rendered, ...change });
    expect(job.endedAtMs).toBeDefined();
    expect((await parts.store.get(job.id))?.endedAtMs !== undefined).toBe(isClosed);
  });

  it('removes the image files of a job that was delivered', async () => {
    const imageFiles = await parts.imageFiles.save('0000000000001', [{ bytes: Buffer.from('x'), extension: 'png' }]);
    await run({ ...delivered, imageFiles });
    await expect(parts.imageFiles.load(imageFiles[0] ?? '')).rejects.toThrow('ENOENT');
  });

  it('closes a job even if its member could not be reached', async () => {
    parts.isDelivered = false;
    expect((await run({ name: 'unknown' })).endedAtMs).toBeDefined();
    expect(parts.lines.map(({ msg }) => msg)).toEqual(['all delivery routes failed']);
  });
});
