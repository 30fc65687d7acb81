import type { Step } from './filter-automaton.ts';
import { readSigns, type Sign } from './filter-signs.ts';

/** What a word or phrase of the filter may be. */
export const FILTER_WORD_LIMITS = {
  /** Letters and digits, beside wildcards: less would meet half of all prompts. A single pictograph, or letter of a script without spaces, is enough. */
  minLetters: 2,
  maxLength: 50,
  maxWildcards: 2,
  /** Of the words of one filter, so many may have a `*` between letters: that takes the most work. */
  maxInnerWildcards: 15,
} as const;

export type FilterWord =
  | { readonly word: string; readonly steps: readonly Step[] }
  | { readonly problem: 'too_short' | 'too_long' | 'too_many_wildcards' };

/** Whether a word has a `*` that is neither its beginning nor its end. */
export const hasInnerWildcard = (word: string): boolean => /[^*]\*+[^*]/u.test(word);

/** In a word of the filter a sign means what it is, not what it might stand for. */
function toSteps({ letters: [letter], gap, count, standsAlone }: Sign): Step[] {
  if (letter === undefined || (gap !== 'none' && !standsAlone)) return ['gap'];
  return Array.from({ length: count }, () => ({ letter }));
}

/** Several gaps, or wildcards, in a row are one, and gaps at the ends are none. */
function tidy(steps: readonly Step[]): Step[] {
  const tidied: Step[] = [];
  for (const step of steps) {
    const previous = tidied.at(-1);
    if (step === 'gap' && (previous === undefined || previous === 'gap')) continue;
    if (step === 'wildcard' && previous === 'wildcard') continue;
    tidied.push(step);
  }
  return tidied.at(-1) === 'gap' ? tidied.slice(0, -1) : tidied;
}

/** Reads what a moderator typed as a word or phrase of the filter; `*` stands for any number of letters within a word. */
export function parseFilterWord(text: string): FilterWord {
  // JavaScript takes the byte order mark for a space, Unicode for nothing at all.
  const word = text.normalize('NFC').replaceAll('\uFEFF', '').replace(/\s+/gu, ' ').trim().toLowerCase();
  if (word.length > FILTER_WORD_LIMITS.maxLength) return { problem: 'too_long' };
  const parts = word.split('*').map(readSigns);
  const steps = tidy(
    parts.flatMap((signs, index): Step[] => [...(index > 0 ? ['wildcard' as const] : []), ...signs.flatMap(toSteps)]),
  );
  const wildcards = steps.filter((step) => step === 'wildcard').length;
  if (wildcards > FILTER_WORD_LIMITS.maxWildcards) return { problem: 'too_many_wildcards' };
  const letters = steps.filter((step) => typeof step === 'object').length;
  const isEnough =
    letters >= FILTER_WORD_LIMITS.minLetters || (letters > 0 && parts.flat().some((sign) => sign.standsAlone));
  return isEnough ? { word, steps } : { problem: 'too_short' };
}
