import { type ImageType, identifyImage } from './images.ts';
import { parseJson } from './json.ts';

/** An image that Segmind still keeps, or one that came inside the answer. */
export type ImageSource = { kind: 'url'; url: string } | ({ kind: 'inline'; bytes: Buffer } & ImageType);

/** The keys under which answers have their images, also nested; if several have equally many, the first counts. */
const IMAGE_KEYS = [
  'output',
  'images',
  'image',
  'url',
  'image_url',
  'media_url',
  'output_url',
  'data',
  'base64',
] as const;

/**
 * The images in an answer. Each is a URL, a data URI or base64; they may be in a list, in JSON inside a string, or in an object under one
 * of the known keys, of which the one with the most images counts.
 */
export async function findImages(value: unknown): Promise<ImageSource[]> {
  if (typeof value === 'string') return imagesInText(value.trim());
  if (Array.isArray(value)) return (await Promise.all(value.map(findImages))).flat();
  if (typeof value !== 'object' || value === null) return [];
  // Safe cast: any object may have these keys, with anything in them.
  const fields = value as Partial<Record<(typeof IMAGE_KEYS)[number], unknown>>;
  const found = await Promise.all(IMAGE_KEYS.map((key) => findImages(fields[key])));
  return found.reduce((most, images) => (images.length > most.length ? images : most), []);
}

async function imagesInText(text: string): Promise<ImageSource[]> {
  // Normalized by the URL standard: without spaces, line breaks or brackets.
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? [{ kind: 'url', url: new URL(text).href }] : [];
  if (/^[[{"]/.test(text)) return findImages(parseJson(text));
  const base64 = /^data:[^,]{0,200},/i.test(text) ? text.slice(text.indexOf(',') + 1) : text;
  return inlineImage(Buffer.from(base64, 'base64'));
}

/** The bytes as an image; empty when they aren't one. */
export async function inlineImage(bytes: Buffer): Promise<ImageSource[]> {
  const type = await identifyImage(bytes);
  return type ? [{ kind: 'inline', bytes, ...type }] : [];
}
