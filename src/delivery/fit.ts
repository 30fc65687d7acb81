import type { Picture } from '../jobs/delivery.ts';

/** Discord refuses larger requests. @see https://discord.com/developers/docs/resources/message#create-message */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;
/** Room in each request for the JSON and the multipart borders. */
const ENVELOPE_BYTES = 64 * 1024;
/** What the files of one message may have together. */
export const MAX_MESSAGE_BYTES = MAX_REQUEST_BYTES - ENVELOPE_BYTES;
const WEBP_QUALITIES = [90, 80];
/** Of a picture that is made smaller rather than lost; narrower than this it is no picture any more. */
const MIN_WIDTH = 64;
/** Of a picture that is decoded: each takes 4 bytes of memory. */
const MAX_PIXELS = 50_000_000;

/** How pictures go out: files grouped by message, and those that are too large for any, or can't be read to be made smaller. */
export interface Fitted<P extends Picture> {
  readonly batches: readonly (readonly P[])[];
  readonly tooLarge: readonly P[];
}

async function shrink<P extends Picture>(
  picture: P,
  maxBytes: number,
  onUnreadable: (error: unknown) => void,
): Promise<P | undefined> {
  if (maxBytes <= 0) return undefined;
  try {
    return await reencode(picture, maxBytes);
  } catch (error) {
    onUnreadable(error);
    return undefined;
  }
}

async function reencode<P extends Picture>(picture: P, maxBytes: number): Promise<P | undefined> {
  // Loaded when it is needed, which is seldom: it would take 9 MiB at all times.
  const { default: sharp } = await import('sharp');
  const decode = () => sharp(picture.bytes, { limitInputPixels: MAX_PIXELS });
  for (const quality of WEBP_QUALITIES) {
    const bytes = await decode().webp({ quality }).toBuffer();
    if (bytes.length <= maxBytes) return { ...picture, bytes, extension: 'webp' };
  }
  if (picture.url !== undefined) return undefined;
  // There is no address to give instead: rather a smaller picture than none.
  const { width = 1024 } = await decode().metadata();
  for (let narrower = width / 2; narrower >= MIN_WIDTH; narrower /= 2) {
    const bytes = await decode().resize(Math.round(narrower)).webp({ quality: 80 }).toBuffer();
    if (bytes.length <= maxBytes) return { ...picture, bytes, extension: 'webp' };
  }
  return undefined;
}

/**
 * Fits pictures into Discord's limits, over several messages if need be; a file that is too large becomes WebP at quality 90,
 * then 80, and else stays out.
 * @param limits of each file, and of all files of a message together
 * @param onUnreadable told what sharp says of a picture that it can't read
 */
export async function fitPictures<P extends Picture>(
  pictures: readonly P[],
  { fileBytes, messageBytes }: { readonly fileBytes: number; readonly messageBytes: number },
  onUnreadable: (error: unknown) => void,
): Promise<Fitted<P>> {
  const maxBytes = Math.min(fileBytes, messageBytes);
  const batches: P[][] = [];
  const tooLarge: P[] = [];
  let room = 0;
  for (const picture of pictures) {
    const isSmallEnough = picture.bytes.length <= maxBytes;
    const fitted = isSmallEnough ? picture : await shrink(picture, maxBytes, onUnreadable);
    if (!fitted) {
      tooLarge.push(picture);
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
