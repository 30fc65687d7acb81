import { type ImageType, identifyImage } from './images.ts';

/** An image still at Segmind's, or one that came inside the answer. */
export type ImageSource = { kind: 'url'; url: string } | ({ kind: 'inline'; bytes: Buffer } & ImageType);

/**
 * The images in the parts of an answer that may hold them; the part with the most wins, the first among equals.
 * A part is a URL, a data URI, base64, an object with one of these as `url` or `image`, or a list of such.
 */
export function imagesIn(parts: readonly unknown[]): ImageSource[] {
  return parts.map(imagesOf).reduce((most, images) => (images.length > most.length ? images : most), []);
}

function imagesOf(part: unknown): ImageSource[] {
  if (typeof part === 'string') return imageOfText(part.trim());
  if (Array.isArray(part)) return part.flatMap(imagesOf);
  if (typeof part !== 'object' || part === null) return [];
  if ('url' in part) return imagesOf(part.url);
  return 'image' in part ? imagesOf(part.image) : [];
}

function imageOfText(text: string): ImageSource[] {
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? [{ kind: 'url', url: text }] : [];
  const base64 = /^data:[^,]{0,200},/i.test(text) ? text.slice(text.indexOf(',') + 1) : text;
  const bytes = Buffer.from(base64, 'base64');
  return inlineImage(bytes);
}

/** The image that the bytes are, or none. */
export function inlineImage(bytes: Buffer): ImageSource[] {
  const type = identifyImage(bytes);
  return type ? [{ kind: 'inline', bytes, ...type }] : [];
}
