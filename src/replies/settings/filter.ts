import { FILTER_WORD_LIMITS } from '../../settings/filter-word.ts';
import { spoiler } from '../format.ts';
import { type ListPage, listPage } from './lists.ts';

/** An escaped word is at most twice as long. */
const WORD_LENGTH = 2 * FILTER_WORD_LIMITS.maxLength;

/** All words of a filter, each seen only after a click on it. */
export function filterPage(filterWords: readonly string[]): ListPage {
  const words = filterWords.toSorted((a, b) => a.localeCompare(b, 'en'));
  return listPage({
    title: 'Filter',
    count: words.length,
    shown: words.map((word) => spoiler(word, WORD_LENGTH)).join(', '),
    none: 'No word is refused (default).',
    // Discord shows the text of a file, but that of one with this name only after a click.
    file: { name: 'SPOILER_filter.txt', lines: () => words },
  });
}

/** What a filter does with a text. @param found the word that is in it, if any */
export function filterTestText(found: string | undefined, filterWords: readonly string[]): string {
  if (found !== undefined)
    return `Found: ${spoiler(found, WORD_LENGTH)}. A prompt or negative prompt with it is refused.`;
  return filterWords.length === 0 ? 'The filter is empty.' : 'Nothing of the filter is in this text.';
}
