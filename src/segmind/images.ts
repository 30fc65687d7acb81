export interface ImageType {
  contentType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif';
  extension: 'jpg' | 'png' | 'webp' | 'gif' | 'avif';
}

/** Twelve times the model's largest image: decoding a larger one would only fill the memory. */
const MAX_PIXELS = 50_000_000;

const MAGIC_NUMBERS: readonly { at: number; bytes: Buffer; type: ImageType }[] = [
  { at: 0, bytes: Buffer.from([0xff, 0xd8, 0xff]), type: { contentType: 'image/jpeg', extension: 'jpg' } },
  {
    at: 0,
    bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    type: { contentType: 'image/png', extension: 'png' },
  },
  { at: 0, bytes: Buffer.from('GIF8'), type: { contentType: 'image/gif', extension: 'gif' } },
  { at: 8, bytes: Buffer.from('WEBP'), type: { contentType: 'image/webp', extension: 'webp' } },
  { at: 4, bytes: Buffer.from('ftypavif'), type: { contentType: 'image/avif', extension: 'avif' } },
];

/**
 * What kind of image the bytes are; undefined when Discord doesn't show this kind, the header is unreadable, or the image has more than
 * 50 million pixels.
 */
export async function identifyImage(bytes: Buffer): Promise<ImageType | undefined> {
  const found = MAGIC_NUMBERS.find(({ at, bytes: magic }) => bytes.subarray(at, at + magic.length).equals(magic));
  return found && (await hasReadableHeader(bytes)) ? found.type : undefined;
}

async function hasReadableHeader(bytes: Buffer): Promise<boolean> {
  // Loaded on demand: sharp takes 9 MiB.
  const { default: sharp } = await import('sharp');
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: MAX_PIXELS }).metadata();
    return width * height <= MAX_PIXELS;
  } catch {
    return false;
  }
}
