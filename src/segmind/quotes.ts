/** The shortest beginning, and the shortest other part, of a sent text that counts as a quote: shorter ones may match by chance. */
const MIN_BEGINNING_LENGTH = 8;
const MIN_PART_LENGTH = 16;
/** A shorter sent text could be a word of Segmind's own. */
const MIN_TEXT_LENGTH = 3;
/** No explanation is longer; the rest is dropped. */
const MAX_LENGTH = 4096;

/**
 * `text` with an ellipsis for everything it quotes from the sent texts, whole or in part: a prompt can speak of credits, and that
 * says nothing about the account. Ignores case.
 */
export function withoutQuotes(text: string, sent: readonly (string | undefined)[]): string {
  const shown = text.slice(0, MAX_LENGTH);
  const searched = fold(shown);
  const sources = sent.flatMap((source = '') => (source.trim().length < MIN_TEXT_LENGTH ? [] : [fold(source.trim())]));
  let kept = '';
  for (let at = 0; at < shown.length; ) {
    const canStart = /\S/.test(searched[at] ?? '') && !isInsideWord(searched, at);
    const length = canStart ? quotedLength(searched, at, sources) : 0;
    kept += length > 0 ? '…' : shown[at];
    at += Math.max(1, length);
  }
  return kept;
}

/** How many characters from `at` on are a quote that ends where a word ends; 0 for none. */
function quotedLength(text: string, at: number, sources: readonly string[]): number {
  return Math.max(0, ...sources.map((source) => sharedLength(text, at, source)));
}

function sharedLength(text: string, at: number, source: string): number {
  const beginning = Math.min(MIN_BEGINNING_LENGTH, source.length);
  const least = source.startsWith(text.slice(at, at + beginning)) ? beginning : MIN_PART_LENGTH;
  const isShared = (length: number) => at + length <= text.length && source.includes(text.slice(at, at + length));
  if (!isShared(least)) return 0;
  let length = least;
  while (isShared(length + 1)) length += 1;
  while (length >= least && isInsideWord(text, at + length)) length -= 1;
  return length >= least ? length : 0;
}

/** Whether the characters before and at `at` belong to one word. */
function isInsideWord(text: string, at: number): boolean {
  return /^[\p{L}\p{N}]{2}$/u.test(text.slice(Math.max(0, at - 1), at + 1));
}

/** In lower case, unless that would shift characters. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}
