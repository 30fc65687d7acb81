import { beforeEach, describe, expect, it } from 'vitest';
import { deliver } from '../../../src/jobs/stages/deliver.ts';
import { ImageDownloadFailed, RequestNotFound } from '../../../src/segmind/errors.ts';
import { PIXEL_PNG } from '../../support/pixel.ts';
import { createStageParts } from '../../support/stage-parts.ts';

const URLS = ['https://images.segmind.com/1.png', 'https://images.segmind.com/2.png'];
const facts = {
  requestId: 'r',
  submittedAtMs: 1,
  renderedAtMs: 2,
  imageCount: 2,
  imageUrls: URLS,
  imageFiles: [],
} as const;

let parts: Awaited<ReturnType<typeof createStageParts>>;
let stopping: AbortController;
const run = async (change: object = {}) =>
  deliver(await parts.insertIn({ name: 'rendered', ...facts, ...change }), parts.dependencies, stopping.signal);
const storedState = async () => (await parts.store.get('0000000000001'))?.state;
const failDownloads = (urls: readonly string[]) => {
  parts.segmind.download = async (url) => {
    if (urls.includes(url)) throw new ImageDownloadFailed(url, { reason: 'broken', retriable: false });
  };
};

beforeEach(async () => {
  stopping = new AbortController();
  parts = await createStageParts();
});

describe('delivering', () => {
  it('delivers the images to the member, and stops counting the job as in flight', async () => {
    expect((await run()).state).toEqual({ name: 'delivered', ...facts });
    expect(parts.endings).toMatchObject([
      { name: 'delivered', images: URLS.map((url) => ({ url, extension: 'png' })), missingLinks: [] },
    ]);
    expect(parts.shown).toEqual([{ phase: 'downloading', sinceMs: 2 }]);
    expect(parts.calls).toEqual(['release 0000000000001']);
  });

  it('is stored before the first upload, so that a later process knows', async () => {
    let stored: unknown;
    const { deliver: bring } = parts.dependencies.delivery;
    Object.assign(parts.dependencies.delivery, {
      deliver: async (...given: Parameters<typeof bring>) => {
        stored = await storedState();
        return bring(...given);
      },
    });
    await run();
    expect(stored).toEqual({ name: 'delivering', ...facts });
  });

  it('continues where an earlier process stopped', async () => {
    const job = await parts.insertIn({ name: 'delivering', ...facts });
    expect((await deliver(job, parts.dependencies, stopping.signal)).state.name).toBe('delivered');
    expect(parts.shown).toEqual([]);
  });

  it('delivers what could be downloaded, and links to the rest if their host is allowed', async () => {
    const strange = 'https://elsewhere.test/3.png';
    failDownloads([URLS[1] ?? '', strange]);
    expect((await run({ imageCount: 3, imageUrls: [...URLS, strange] })).state.name).toBe('delivered');
    expect(parts.endings).toMatchObject([{ images: [{ url: URLS[0] }], missingLinks: [URLS[1]] }]);
  });

  it('fails with the links when nothing could be downloaded', async () => {
    failDownloads(URLS);
    expect((await run()).state).toMatchObject({
      name: 'failed',
      failure: { kind: 'images_unavailable', links: URLS },
      rendered: { imageUrls: URLS },
    });
    expect(parts.endings).toEqual([]);
  });

  it.each([
    ['a missing image may still come within the hour', 3_599_000, true, true],
    ['later it is gone', 3_600_001, true, false],
    ['what fails otherwise may work again', 3_600_001, false, true],
  ])('keeps what could not be downloaded: %s', async (_, agoMs, isMissing, isKept) => {
    parts.segmind.download = async (url) => {
      throw new ImageDownloadFailed(url, { reason: 'status 404', retriable: false, isMissing });
    };
    const { state } = await run({ submittedAtMs: Date.now() - agoMs });
    expect(state).toMatchObject({ failure: { kind: isKept ? 'images_unavailable' : 'images_gone' } });
    expect('rendered' in state).toBe(isKept);
  });

  it('fails when the result is gone', async () => {
    parts.segmind.poll = async () => {
      throw new RequestNotFound('r', '');
    };
    expect((await run({ imageUrls: [] })).state).toEqual({ name: 'failed', failure: { kind: 'result_expired' } });
  });

  it('fails when all routes failed, and keeps the images for later', async () => {
    const imageFiles = await parts.imageFiles.save('0000000000001', [{ bytes: PIXEL_PNG, extension: 'png' }]);
    parts.isDelivered = false;
    expect((await run({ imageUrls: [], imageFiles, imageCount: 1 })).state).toMatchObject({
      name: 'failed',
      failure: { kind: 'undeliverable' },
      rendered: { imageFiles, imageCount: 1 },
      isRetried: false,
    });
    expect(await parts.imageFiles.load(imageFiles[0] ?? '')).toEqual(PIXEL_PNG);
    expect(parts.lines.map(({ msg }) => msg)).toContain('images not delivered');
  });

  it('is awaited when the process stops, and not begun after that', async () => {
    let finish = () => {};
    parts.segmind.download = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const running = run({ imageCount: 1, imageUrls: URLS.slice(0, 1) });
    await expect.poll(() => parts.calls).toHaveLength(1);
    let isDrained = false;
    const drained = parts.dependencies.criticalWork.drain(8_000).then(() => {
      isDrained = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isDrained).toBe(false);
    finish();
    await Promise.all([running, drained]);
    stopping.abort(new Error('stopping'));
    parts = await createStageParts();
    await expect(run()).rejects.toThrow('stopping');
    expect((await storedState())?.name).toBe('rendered');
  });
});
