import { FILTER_WORD_LIMITS } from '../../settings/filter-word.ts';
import type { Texts } from '../../texts/index.ts';
import { spoiler } from '../format.ts';
import { type ListPage, listPage } from './lists.ts';

/** An escaped word is at most twice as long. */
const WORD_LENGTH = 2 * FILTER_WORD_LIMITS.maxLength;

/** All words of a filter, each seen only after a click on it. */
export function filterPage(filterWords: readonly string[], texts: Texts): ListPage {
  const words = filterWords.toSorted((a, b) => a.localeCompare(b, 'en'));
  const list = {
    title: texts.filterPage.title,
    count: words.length,
    shown: words.map((word) => spoiler(word, WORD_LENGTH)).join(', '),
    none: texts.filterPage.none,
    // Discord shows the text of a file, but that of one with this name only after a click.
    file: { name: 'SPOILER_filter.txt', lines: () => words },
  };
  return listPage(list, texts);
}

/** What a filter does with a text. @param found the word that is in it, if any */
export function filterTestText(
  found: string | undefined,
  filterWords: readonly string[],
  { filterPage: texts }: Texts,
): string {
  if (found !== undefined) return texts.found(spoiler(found, WORD_LENGTH));
  return filterWords.length === 0 ? texts.none : texts.notFound;
}
