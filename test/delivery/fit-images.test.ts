import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fitImages, MAX_MESSAGE_BYTES } from '../../src/delivery/fit-images.ts';

const MIB = 1024 * 1024;
const URL = 'https://images.segmind.com/a.png';

/** An image of about this many bytes: noise can't be compressed. */
const ofSize = (bytes: number, url?: string) => ({
  bytes: Buffer.alloc(bytes),
  extension: 'png',
  ...(url === undefined ? {} : { url }),
});

/** Noise: a PNG of it is far larger than its WebP. */
async function noise(side: number) {
  const raw = { width: side, height: side, channels: 3 as const };
  return {
    bytes: await sharp(randomBytes(side * side * 3), { raw })
      .png()
      .toBuffer(),
    extension: 'png',
  };
}

/** In these tests, images are readable unless the test says otherwise. */
const fitted = (images: Parameters<typeof fitImages>[0], fileBytes: number, messageBytes: number = MAX_MESSAGE_BYTES) =>
  fitImages(images, { fileBytes, messageBytes }, (error) => {
    throw error;
  });

describe('fitImages', () => {
  it('leaves images that fit untouched, in one message', async () => {
    const images = [ofSize(MIB), ofSize(2 * MIB)];
    expect(await fitted(images, 10 * MIB)).toEqual({ batches: [images], tooLarge: [] });
  });

  it('splits images of more than 25 MiB together over several messages, in order', async () => {
    const images = [ofSize(9 * MIB), ofSize(9 * MIB), ofSize(9 * MIB), ofSize(9 * MIB)];
    const { batches } = await fitted(images, 10 * MIB);
    expect(batches.map((batch) => batch.length)).toEqual([2, 2]);
    expect(batches.flat()).toEqual(images);
  });

  it('puts no more into a message than the limit, and shrinks images that are larger than that', async () => {
    const [small, large] = [ofSize(10_000), await noise(600)];
    const { batches } = await fitted([small, small, large], 10 * MIB, large.bytes.length - 1);
    expect(batches.map((batch) => batch.map(({ extension }) => extension))).toEqual([['png', 'png', 'webp']]);
    const alone = await fitted([small, small, large], 10 * MIB, large.bytes.length);
    expect(alone.batches).toEqual([[small, small], [large]]);
  });

  it('converts a file over the limit to WebP', async () => {
    const image = await noise(600);
    const { batches, tooLarge } = await fitted([image], image.bytes.length - 1);
    expect(tooLarge).toEqual([]);
    const [[sent] = []] = batches;
    expect(sent?.extension).toBe('webp');
    expect(sent?.bytes.length).toBeLessThan(image.bytes.length);
    expect((await sharp(sent?.bytes).metadata()).format).toBe('webp');
  });

  it('leaves out an image with a link when no WebP is small enough', async () => {
    const image = { ...(await noise(600)), url: URL };
    expect(await fitted([image], 1_000)).toEqual({ batches: [], tooLarge: [image] });
  });

  it('scales down an image without a link rather than lose it', async () => {
    const { batches, tooLarge } = await fitted([await noise(600)], 20_000);
    expect(tooLarge).toEqual([]);
    expect(batches[0]?.[0]?.bytes.length).toBeLessThanOrEqual(20_000);
  });

  it('counts every image that it leaves out, also without a link', async () => {
    const images = [await noise(64), await noise(64)];
    expect(await fitted(images, 0)).toEqual({ batches: [], tooLarge: images });
  });

  it('leaves out an unreadable image that is too large, reports it, and continues with the others', async () => {
    const [corrupt, small] = [ofSize(2 * MIB, URL), ofSize(1_000)];
    const said: unknown[] = [];
    const result = await fitImages([corrupt, small], { fileBytes: MIB, messageBytes: MAX_MESSAGE_BYTES }, (error) =>
      said.push(error),
    );
    expect(result).toEqual({ batches: [[small]], tooLarge: [corrupt] });
    expect(String(said[0])).toContain('unsupported image format');
  });
});
