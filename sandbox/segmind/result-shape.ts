/** Undocumented keys under which other clients have found finished images. */
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
 * Where a finished result has its images: only in `output` in some form (`json...` is JSON inside a string), only in `images`, as links
 * under another key, or nowhere that a client could find them (`unreadable`, `nothing`). The default is the documented shape.
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
