import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobIn, RenderedFacts } from '../../../src/jobs/job.ts';
import { ImageFiles } from '../../../src/jobs/stages/image-files.ts';
import { ResultImages } from '../../../src/jobs/stages/result-images.ts';
import { fakeSegmind, resultOf } from '../../support/fake-segmind.ts';
import { makeJobIn } from '../../support/job-fixtures.ts';
import { PIXEL_PNG } from '../../support/pixel.ts';
import { SILENT } from '../../support/silent-log.ts';
import { makeFolder } from '../../support/storage/fixtures.ts';

const URL = 'https://images.segmind.com/1.png';
const { signal } = new AbortController();

let segmind: ReturnType<typeof fakeSegmind>;
let files: ImageFiles;
let images: ResultImages;
const jobOf = (change: Partial<RenderedFacts> = {}): JobIn<'rendered'> =>
  makeJobIn({
    name: 'rendered',
    requestId: 'r',
    submittedAtMs: Date.now(),
    renderedAtMs: Date.now(),
    imageCount: 1,
    imageUrls: [],
    imageFiles: [],
    ...change,
  });

beforeEach(() => {
  segmind = fakeSegmind();
  segmind.poll = async () => 'COMPLETED';
  segmind.result = async () => {
    throw new Error('not to be asked for');
  };
  files = new ImageFiles(join(makeFolder(), 'images'));
  images = new ResultImages(segmind.client, files, SILENT);
});

describe('the images of a rendered job', () => {
  it('are those that were kept, until they are forgotten', async () => {
    const kept = [{ kind: 'inline', bytes: PIXEL_PNG, extension: 'png', contentType: 'image/png' }] as const;
    const job = jobOf({ imageUrls: [URL] });
    images.keep(job.id, kept);
    expect(await images.find(job, signal)).toBe(kept);
    images.forget(job.id);
    expect(await images.find(job, signal)).toEqual([{ kind: 'url', url: URL }]);
  });

  it('are in our files if the provider keeps none', async () => {
    const job = jobOf({
      imageUrls: [URL],
      imageFiles: await files.save('x', [{ bytes: PIXEL_PNG, extension: 'png' }]),
    });
    expect(await images.find(job, signal)).toMatchObject([{ kind: 'inline', bytes: PIXEL_PNG, extension: 'png' }]);
  });

  it('are at their URLs, also for a call that reported no request id', async () => {
    expect(await images.find(jobOf({ imageUrls: [URL] }), signal)).toEqual([{ kind: 'url', url: URL }]);
    const { requestId: _, ...state } = jobOf({ imageUrls: [URL], imageCount: 2 }).state;
    expect(await images.find({ ...jobOf(), state }, signal)).toEqual([{ kind: 'url', url: URL }]);
  });

  it('are fetched again if some were in the result itself, even if its hour seems to be over', async () => {
    segmind.result = async () => resultOf('r');
    for (const submittedAtMs of [Date.now(), Date.now() - 7_200_000])
      expect(await images.find(jobOf({ submittedAtMs }), signal)).toEqual(resultOf('r').images);
  });

  it('are not found when a file is gone, or the process stops', async () => {
    await expect(images.find(jobOf({ imageFiles: ['gone.png'] }), signal)).rejects.toThrow('ENOENT');
    const reason = new Error('stopping');
    await expect(images.find(jobOf(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
