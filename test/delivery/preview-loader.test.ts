import sharp from 'sharp';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { PreviewLoader } from '../../src/delivery/preview-loader.ts';
import type { Image } from '../../src/jobs/delivery.ts';
import type { Job } from '../../src/jobs/job.ts';
import { untilAborted } from '../../src/time.ts';
import { makeJobIn, recordedLog, refusal } from '../support/job-fixtures.ts';
import { passTurns } from '../support/pass-turns.ts';
import { RENDERED } from '../support/storage/delivered-rows.ts';

const MIB = 1024 * 1024;

let image: Image;
let files: Record<string, readonly string[]>;
let findFileUrls: (channelId: string, messageId: string, signal: AbortSignal) => Promise<string[]>;
let loadImage: (url: string, options: { maxBytes: number; signal: AbortSignal }) => Promise<Image | undefined>;
let asked: string[];
let stopping: AbortController;
let lines: ReturnType<typeof recordedLog>['lines'];
let loader: PreviewLoader;

beforeEach(async () => {
  const blank = sharp({ create: { width: 64, height: 64, channels: 3, background: '#ff0000' } });
  image = { bytes: await blank.png().toBuffer(), extension: 'png' };
  files = { a: ['https://cdn.test/1', 'https://cdn.test/2'], b: ['https://cdn.test/3'] };
  asked = [];
  stopping = new AbortController();
  findFileUrls = async (_channelId, messageId) => [...(files[messageId] ?? [])];
  loadImage = async () => image;
  const recorded = recordedLog();
  lines = recorded.lines;
  loader = new PreviewLoader({
    routes: { findFileUrls: (...given) => findFileUrls(...given) },
    loadImage(url, options) {
      asked.push(url);
      return loadImage(url, options);
    },
    log: recorded.log,
    signal: stopping.signal,
  });
});

const job = (change: Partial<Job> = {}) =>
  makeJobIn({ name: 'delivered', ...RENDERED }, { messageIds: ['a', 'b'], ...change });

describe('PreviewLoader', () => {
  it('makes one preview of the images of all messages, in their order', async () => {
    const { format, width, height } = await sharp(await loader.load(job())).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 512, height: 512 });
    expect(asked).toEqual(['https://cdn.test/1', 'https://cdn.test/2', 'https://cdn.test/3']);
    expect(lines).toEqual([]);
  });

  it('loads nothing of private images', async () => {
    expect(await loader.load(job({ isPrivate: true }))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    ['the message is gone', refusal(404, 10_008), 20],
    ['the bot may not read it', refusal(403, 50_001), 40],
  ])('does without when %s', async (_, error, level) => {
    findFileUrls = () => Promise.reject(error);
    expect(await loader.load(job())).toBeUndefined();
    expect(lines).toMatchObject([{ level, msg: 'preview not loaded' }]);
  });

  it('does without when one image can’t be loaded, or read', async () => {
    loadImage = async (url) => (url.endsWith('2') ? undefined : image);
    expect(await loader.load(job())).toBeUndefined();
    expect(asked).toHaveLength(2);
    loadImage = async () => ({ bytes: Buffer.from('no image'), extension: 'png' });
    expect(await loader.load(job())).toBeUndefined();
    expect(lines).toMatchObject([{ msg: 'preview not loaded' }]);
  });

  it('takes 32 MiB of images of a job at most', async () => {
    const limits: number[] = [];
    loadImage = async (_url, { maxBytes }) => {
      limits.push(maxBytes);
      return image;
    };
    await loader.load(job());
    expect(limits).toEqual([0, 1, 2].map((count) => 32 * MIB - count * image.bytes.length));
  });

  it('gives up after 10 s, also of waiting for a place', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    loadImage = () => new Promise(() => {});
    const loads = Promise.all(['1', '2', '3'].map((id) => loader.load(job({ id }))));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(lines).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await loads).toEqual([undefined, undefined, undefined]);
    expect(lines).toHaveLength(3);
  });

  it('loads the images of two jobs at a time; when the process stops, none is waited for', async () => {
    loadImage = (_url, { signal }) => untilAborted(new Promise<never>(() => {}), signal);
    const loads = Promise.all(['1', '2', '3'].map((id) => loader.load(job({ id }))));
    await passTurns();
    expect(asked).toHaveLength(2);
    stopping.abort(new Error('The process is stopping.'));
    expect(await loads).toEqual([undefined, undefined, undefined]);
    await passTurns();
    expect(asked).toHaveLength(2);
  });
});
