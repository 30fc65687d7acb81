import sharp from 'sharp';
import type { Picture } from '../jobs/delivery.ts';

/** Discord refuses larger requests. @see https://discord.com/developers/docs/resources/message#create-message */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;
/** Room in each request for the JSON and the multipart borders. */
const ENVELOPE_BYTES = 64 * 1024;
const WEBP_QUALITIES = [90, 80];

/** How pictures go out: files grouped by message, and the addresses of those that are too large for any. */
export interface Fitted {
  readonly batches: readonly (readonly Picture[])[];
  readonly links: readonly string[];
  /** How many were made smaller. */
  readonly reencoded: number;
}

async function shrink(picture: Picture, maxBytes: number): Promise<Picture | undefined> {
  for (const quality of WEBP_QUALITIES) {
    const bytes = await sharp(picture.bytes).webp({ quality }).toBuffer();
    if (bytes.length <= maxBytes) return { ...picture, bytes, extension: 'webp' };
  }
  if (picture.url !== undefined) return undefined;
  // There is no address to give instead: rather a smaller picture than none.
  const { width = 1024 } = await sharp(picture.bytes).metadata();
  for (let narrower = width / 2; narrower >= 64; narrower /= 2) {
    const bytes = await sharp(picture.bytes).resize(Math.round(narrower)).webp({ quality: 80 }).toBuffer();
    if (bytes.length <= maxBytes) return { ...picture, bytes, extension: 'webp' };
  }
  return undefined;
}

/**
 * Fits pictures into Discord's limits: each file within `maxFileBytes`, each message within 25 MiB, over several messages if
 * need be; a file that is too large becomes WebP at quality 90, then 80, then a link.
 * @param maxFileBytes what Discord allowed for this interaction (`attachment_size_limit`)
 */
export async function fitPictures(pictures: readonly Picture[], maxFileBytes: number): Promise<Fitted> {
  const maxBytes = Math.min(maxFileBytes, MAX_REQUEST_BYTES - ENVELOPE_BYTES);
  const batches: Picture[][] = [];
  const links: string[] = [];
  let reencoded = 0;
  let room = 0;
  for (const picture of pictures) {
    const isSmallEnough = picture.bytes.length <= maxBytes;
    const fitted = isSmallEnough ? picture : await shrink(picture, maxBytes);
    if (!fitted) {
      if (picture.url !== undefined) links.push(picture.url);
      continue;
    }
    if (!isSmallEnough) reencoded += 1;
    const last = batches.at(-1);
    if (last && fitted.bytes.length <= room) last.push(fitted);
    else {
      batches.push([fitted]);
      room = MAX_REQUEST_BYTES - ENVELOPE_BYTES;
    }
    room -= fitted.bytes.length;
  }
  return { batches, links, reencoded };
}
