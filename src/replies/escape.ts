import { lazy } from '../lazy.ts';

/** Everything that Discord's markdown, mentions, custom emoji, timestamps or links could start with. */
const SPECIAL = /[\\*_~`|[\]()<>#@:+-]/g;
/** What a reader can't see but a renderer acts on, and halves of characters; joiners stay, since emoji and many scripts are written with them. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+/gu;
/** White space, also the kinds that Unicode calls letters or symbols, with what is invisible after it: enough of it pushes a text out of sight. */
const SPACE = /[\s\u2800\u3164\uFFA0][\s\u2800\p{Default_Ignorable_Code_Point}]*/gu;
/** More marks and joiners in a row than any script or emoji has: they bury what stands around them. Ten are kept. */
const PILED_UP = /([\p{M}\p{Default_Ignorable_Code_Point}]{10})[\p{M}\p{Default_Ignorable_Code_Point}]+/gu;

/** Whatever shows nothing at all when it stands alone: also joiners, fillers and the empty braille cell. */
const BLANK = /^[\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** UTF-16 units: a character that is longer, such as a chain of joined emoji, may be cut within. The longest emoji has about 20. */
const LONGEST_CHARACTER = 32;
const ELLIPSIS = '…';

const graphemes = lazy(() => new Intl.Segmenter());

/** `text` on one line, without invisible characters and piled up marks. */
export function plain(text: string): string {
  // Line breaks and tabs are invisible characters, too, but they part words.
  const line = text.replace(/\s/g, ' ').replace(INVISIBLE, '');
  return line.replace(SPACE, ' ').replace(PILED_UP, '$1').trim();
}

/** Whether a reader sees nothing of `text`. Discord refuses messages whose parts are empty. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** The characters of a text as readers see them; the code points of those that are overlong. */
function* charactersOf(text: string): Iterable<string> {
  for (const { segment } of graphemes().segment(text)) {
    if (segment.length > LONGEST_CHARACTER) yield* segment;
    else yield segment;
  }
}

/** `text` without a joiner that has lost what it joins, or a backslash that has lost what it escapes. */
function withoutLooseEnd(text: string): string {
  const joined = text.replace(/\u200D+$/u, '');
  const backslashes = /\\*$/.exec(joined)?.[0].length ?? 0;
  return backslashes % 2 === 0 ? joined : joined.slice(0, -1);
}

/** As many of the parts, from the first on, as fit into `maxLength`. */
function takeFitting(parts: Iterable<string>, maxLength: number): string {
  let kept = '';
  for (const part of parts) {
    if (kept.length + part.length > maxLength) break;
    kept += part;
  }
  return kept;
}

/**
 * `text`, or as much of it as fits `maxLength` together with an ellipsis: cut between characters, or within one where nothing
 * would be left otherwise, and never within an escape. Lengths are UTF-16 units, which are never fewer than Discord counts.
 * @param measure what becomes of each part of the text
 */
export function cut(text: string, maxLength: number, measure: (part: string) => string = (part) => part): string {
  const whole = measure(text);
  if (whole.length <= maxLength) return whole;
  const room = maxLength - ELLIPSIS.length;
  if (room < 0) return '';
  const measured = function* (parts: Iterable<string>) {
    for (const part of parts) yield measure(part);
  };
  const kept = takeFitting(measured(charactersOf(text)), room) || takeFitting(measured(text), room);
  return `${withoutLooseEnd(kept)}${ELLIPSIS}`;
}

/**
 * A member's text as Discord shows it literally: on one line, each special character behind a backslash, cut to `maxLength`.
 * discord.js's escapeMarkdown leaves backslashes alone, so that `\*` would come back to life; this escapes them too.
 */
export function escaped(text: string, maxLength: number): string {
  return cut(plain(text), maxLength, (part) => part.replace(SPECIAL, '\\$&'));
}

/** Whether `escaped` leaves out anything of `text` that could be read. */
export function isEscapedWhole(text: string, maxLength: number): boolean {
  return text.search(PILED_UP) < 0 && escaped(text, Number.POSITIVE_INFINITY).length <= maxLength;
}
