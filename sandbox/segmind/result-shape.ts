/** Keys under which finished images were met, other than the documented ones. */
export const RESULT_PATHS = [
  'image',
  'url',
  'image_url',
  'output_url',
  'data',
  'output.image_url',
  'output.media_url',
  'output.images',
] as const;

/**
 * How a finished result holds its images: `output` alone in some form (`json...` is JSON inside a text), `images` alone, the links
 * under another key, or no images that anybody could find (`unreadable`, `nothing`). Without a shape it is as documented.
 */
export type ResultShape =
  | 'url'
  | 'urls'
  | 'base64'
  | 'base64List'
  | 'dataUri'
  | 'jsonObject'
  | 'jsonList'
  | 'images'
  | { at: (typeof RESULT_PATHS)[number] }
  | 'unreadable'
  | 'nothing';
