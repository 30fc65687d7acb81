import { FILTER_WORD_LIMITS } from '../../settings/filter-word.ts';
import type { Texts } from '../../texts/index.ts';
import { spoiler } from '../format.ts';
import { type ListPage, listPage } from './lists.ts';

/** An escaped word is at most twice as long. */
const WORD_LENGTH = 2 * FILTER_WORD_LIMITS.maxLength;

/** Words of a filter, each seen only after a click on it. */
function wordsPage(title: string, words: readonly string[], none: string, texts: Texts): ListPage {
  const list = {
    title,
    count: words.length,
    shown: words.map((word) => spoiler(word, WORD_LENGTH)).join(', '),
    none,
    // Discord shows the text of a file, but that of one with this name only after a click.
    file: { name: 'SPOILER_filter.txt', lines: () => words },
  };
  return listPage(list, texts);
}

/** All words of a filter. */
export function filterPage(filterWords: readonly string[], texts: Texts): ListPage {
  const words = filterWords.toSorted((a, b) => a.localeCompare(b, 'en'));
  return wordsPage(texts.filterPage.title, words, texts.filterPage.none, texts);
}

/** What a filter does with a text. @param found the words that are in it */
export function filterTestPage(
  found: readonly string[],
  filterWords: readonly string[],
  texts: Texts,
): ListPage & { readonly content: string } {
  const { foundTitle, refused, none, notFound } = texts.filterPage;
  const page = wordsPage(foundTitle, found, filterWords.length === 0 ? none : notFound, texts);
  return { content: found.length === 0 ? '' : refused, ...page };
}
