import type { Image } from '../jobs/delivery.ts';

/** The longer side of each image in a preview. */
const SIDE = 256;
const COLUMNS = 2;
const QUALITY = 75;
/** Larger images aren't decoded: that takes 4 bytes of memory a pixel. */
const MAX_PIXELS = 50_000_000;

/** Small images beside and below each other, in their order, as one WebP of some kilobytes. @throws sharp's error for unreadable images */
export async function makePreview(images: readonly Pick<Image, 'bytes'>[]): Promise<Buffer> {
  // Loaded on demand: sharp takes 9 MiB, and not every server has a log channel.
  const { default: sharp } = await import('sharp');
  const small = ({ bytes }: Pick<Image, 'bytes'>) =>
    sharp(bytes, { limitInputPixels: MAX_PIXELS }).resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true });
  const [only] = images;
  if (only && images.length === 1) return small(only).webp({ quality: QUALITY }).toBuffer();
  const tiles = [];
  // One after the other: each is decoded in full.
  for (const [index, image] of images.entries()) {
    const place = { left: (index % COLUMNS) * SIDE, top: Math.floor(index / COLUMNS) * SIDE };
    tiles.push({ input: await small(image).png().toBuffer(), ...place });
  }
  const sheet = {
    width: COLUMNS * SIDE,
    height: Math.ceil(images.length / COLUMNS) * SIDE,
    channels: 4 as const,
    background: { r: 0, g: 0, b: 0, alpha: 0 },
  };
  return sharp({ create: sheet }).composite(tiles).webp({ quality: QUALITY }).toBuffer();
}
