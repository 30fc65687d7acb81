/** Everything that Discord's markdown, mentions, custom emoji, timestamps or links could start with. */
const SPECIAL = /[\\*_~`|[\]()<>#@:+-]/g;
/** What a reader can't see but a renderer acts on; joiners stay, since emoji and many scripts are written with them. */
const INVISIBLE = /[\p{Cc}\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+/gu;

/** Whatever shows nothing at all when it stands alone: also joiners, fillers and the empty braille cell. */
const BLANK = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

const graphemes = new Intl.Segmenter();

/** `text` on one line, without invisible characters. */
export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(INVISIBLE, '').trim();
}

/** Whether a reader sees nothing of `text`. Discord refuses messages whose parts are empty. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** `text`, or as much of it as fits `maxLength` UTF-16 units together with an ellipsis, cut between characters. */
export function cut(text: string, maxLength: number, measure: (part: string) => string = (part) => part): string {
  if (measure(text).length <= maxLength) return measure(text);
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    const longer = kept + measure(segment);
    if (longer.length > maxLength - 1) break;
    kept = longer;
  }
  return `${kept}…`;
}

/**
 * A member's text as Discord shows it literally: on one line, each special character behind a backslash, cut to `maxLength`.
 * discord.js's escapeMarkdown leaves backslashes alone, so that `\*` would come back to life; this escapes them too.
 */
export function escaped(text: string, maxLength: number): string {
  return cut(plain(text), maxLength, (part) => part.replace(SPECIAL, '\\$&'));
}
