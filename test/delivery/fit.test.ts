import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fitPictures } from '../../src/delivery/fit.ts';

const MIB = 1024 * 1024;
const URL = 'https://images.segmind.com/a.png';

/** A picture of so many bytes: what can't be compressed is the size it is. */
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

describe('fitPictures', () => {
  it('leaves pictures that fit untouched, in one message', async () => {
    const pictures = [ofSize(MIB), ofSize(2 * MIB)];
    const fitted = await fitPictures(pictures, 10 * MIB);
    expect(fitted).toEqual({ batches: [pictures], links: [], reencoded: 0 });
  });

  it('splits what is over 25 MiB together over several messages, in order', async () => {
    const pictures = [ofSize(9 * MIB), ofSize(9 * MIB), ofSize(9 * MIB), ofSize(9 * MIB)];
    const { batches } = await fitPictures(pictures, 10 * MIB);
    expect(batches.map((batch) => batch.length)).toEqual([2, 2]);
    expect(batches.flat()).toEqual(pictures);
  });

  it('makes WebP of a file over the limit', async () => {
    const picture = await noise(600);
    const { batches, reencoded, links } = await fitPictures([picture], picture.bytes.length - 1);
    expect(reencoded).toBe(1);
    expect(links).toEqual([]);
    const [[sent] = []] = batches;
    expect(sent?.extension).toBe('webp');
    expect(sent?.bytes.length).toBeLessThan(picture.bytes.length);
    expect((await sharp(sent?.bytes).metadata()).format).toBe('webp');
  });

  it('gives the link when no WebP is small enough', async () => {
    const picture = { ...(await noise(600)), url: URL };
    expect(await fitPictures([picture], 1_000)).toEqual({ batches: [], links: [URL], reencoded: 0 });
  });

  it('makes a picture without an address smaller still, rather than lose it', async () => {
    const { batches, links } = await fitPictures([await noise(600)], 20_000);
    expect(links).toEqual([]);
    expect(batches[0]?.[0]?.bytes.length).toBeLessThanOrEqual(20_000);
  });
});
