import { FilterAutomaton } from './filter-automaton.ts';
import { readSigns } from './filter-signs.ts';
import { FilterWalk } from './filter-walk.ts';
import { parseFilterWord } from './filter-word.ts';

/** How much work a text may be. Honest texts take fewer than ten steps a character, whatever the filter. */
export const MAX_STEPS_PER_CHARACTER = 24;

export interface Filter {
  /** The first word of the filter in a text, as the moderators see it; only for their eyes. */
  find(text: string): string | undefined;
  /** All words of the filter in a text, in the order in which they end there. */
  matches(text: string): string[];
}

/**
 * Makes a filter of words and phrases. It finds whole words, however they are dressed up: case, accents, look-alikes, digits for
 * letters, stretched letters, invisible characters, signs within a word (`w.o.r.d`, `wo/rd`) and words spelled out (`w o r d`).
 * A word split by spaces otherwise (`wo rd`) is not found: that would hit innocent neighbours.
 *
 * The time is linear to the length of the text, whatever stands in it and in the filter: a text that would take more counts as
 * one with a word of the filter. Words that `parseFilterWord` doesn't take are left out.
 *
 * @param onWalked called with the steps that each text has taken; not for a filter without words
 */
export function compileFilter(words: readonly string[], onWalked: (steps: number) => void = () => {}): Filter {
  const parsed = words.map(parseFilterWord).filter((word) => 'steps' in word);
  // Most servers have none, and every acknowledgement waits for the filter.
  if (parsed.length === 0) return { find: () => undefined, matches: () => [] };
  const automaton = new FilterAutomaton(parsed);
  const walk = (text: string, limit: number) => {
    const its = new FilterWalk(automaton, text.length * MAX_STEPS_PER_CHARACTER);
    const found = its.find(readSigns(text), limit);
    onWalked(its.steps);
    return found;
  };
  return { find: (text) => walk(text, 1)[0], matches: (text) => walk(text, Number.POSITIVE_INFINITY) };
}
