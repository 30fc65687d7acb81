export interface ImageType {
  contentType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif';
  extension: 'jpg' | 'png' | 'webp' | 'gif' | 'avif';
}

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

/** What kind of image the bytes begin like, by their magic number; undefined when they are none that Discord shows. */
export function identifyImage(bytes: Buffer): ImageType | undefined {
  return MAGIC_NUMBERS.find(({ at, bytes: magic }) => bytes.subarray(at, at + magic.length).equals(magic))?.type;
}
