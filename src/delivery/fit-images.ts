import type { Image } from '../jobs/delivery.ts';
import { limitProcessing } from './limit-processing.ts';

/** Discord refuses larger requests. @see https://discord.com/developers/docs/resources/message#create-message */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;
/** Room in each request for the JSON and the multipart borders. */
const ENVELOPE_BYTES = 64 * 1024;
/** Total size of the files of one message. */
export const MAX_MESSAGE_BYTES = MAX_REQUEST_BYTES - ENVELOPE_BYTES;
const WEBP_QUALITIES = [90, 80];
/** An image is not resized below this width: it would show nothing. */
const MIN_WIDTH = 64;
/** Larger images aren't decoded: that takes 4 bytes of memory a pixel. */
const MAX_PIXELS = 50_000_000;

/** Files grouped by message, and those that are too large for any, or can't be read to be made smaller. */
export interface FittedImages<P extends Image> {
  readonly batches: readonly (readonly P[])[];
  readonly tooLarge: readonly P[];
}

async function shrink<P extends Image>(
  image: P,
  maxBytes: number,
  onUnreadable: (error: unknown) => void,
): Promise<P | undefined> {
  if (maxBytes <= 0) return undefined;
  try {
    return await limitProcessing(() => reencode(image, maxBytes));
  } catch (error) {
    onUnreadable(error);
    return undefined;
  }
}

async function reencode<P extends Image>(image: P, maxBytes: number): Promise<P | undefined> {
  // Loaded on demand, which is rare: sharp takes 9 MiB.
  const { default: sharp } = await import('sharp');
  const decode = () => sharp(image.bytes, { limitInputPixels: MAX_PIXELS });
  for (const quality of WEBP_QUALITIES) {
    const bytes = await decode().webp({ quality }).toBuffer();
    if (bytes.length <= maxBytes) return { ...image, bytes, extension: 'webp' };
  }
  if (image.url !== undefined) return undefined;
  // Without a link to show instead, a smaller image is better than none.
  const { width = 1024 } = await decode().metadata();
  for (let narrower = width / 2; narrower >= MIN_WIDTH; narrower /= 2) {
    const bytes = await decode().resize(Math.round(narrower)).webp({ quality: 80 }).toBuffer();
    if (bytes.length <= maxBytes) return { ...image, bytes, extension: 'webp' };
  }
  return undefined;
}

/**
 * Fits images into Discord's limits, over several messages if necessary. A file that is too large becomes WebP at quality 90,
 * then 80; if it is still too large, it is left out.
 * @param limits of each file, and of all files of a message together
 * @param onUnreadable called with sharp's error when it can't read an image
 */
export async function fitImages<P extends Image>(
  images: readonly P[],
  { fileBytes, messageBytes }: { readonly fileBytes: number; readonly messageBytes: number },
  onUnreadable: (error: unknown) => void,
): Promise<FittedImages<P>> {
  const maxBytes = Math.min(fileBytes, messageBytes);
  const batches: P[][] = [];
  const tooLarge: P[] = [];
  let room = 0;
  for (const image of images) {
    const isSmallEnough = image.bytes.length <= maxBytes;
    const fitted = isSmallEnough ? image : await shrink(image, maxBytes, onUnreadable);
    if (!fitted) {
      tooLarge.push(image);
      continue;
    }
    const last = batches.at(-1);
    if (last && fitted.bytes.length <= room) last.push(fitted);
    else {
      batches.push([fitted]);
      room = messageBytes;
    }
    room -= fitted.bytes.length;
  }
  return { batches, tooLarge };
}
