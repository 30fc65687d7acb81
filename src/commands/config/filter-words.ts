import { spoiler } from '../../replies/format.ts';
import { FILTER_WORD_LIMITS, type FilterWord, hasInnerWildcard, parseFilterWord } from '../../settings/filter-word.ts';
import { SETTINGS_LIMITS, type Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { SettingProblem } from './subcommand.ts';

/** The commas of several scripts. To the filter they are what a space is. */
const COMMA = /[,，、،]/u;

const SHOWN_LENGTH = 60;
/** Of what is wrong with a long list, that much; a message takes 2000 characters. */
const SHOWN_PROBLEMS = 10;

const { minLetters, maxLength, maxWildcards, maxInnerWildcards } = FILTER_WORD_LIMITS;

type WordProblem = Extract<FilterWord, { problem: string }>['problem'];

function problemText(problem: WordProblem, word: string, { config: { filter } }: Texts): string {
  switch (problem) {
    case 'too_short':
      return filter.tooShort({ word, min: minLetters });
    case 'too_long':
      return filter.tooLong({ word, max: maxLength });
    case 'too_many_wildcards':
      return filter.tooManyWildcards({ word, max: maxWildcards });
    default:
      return problem satisfies never;
  }
}

function split(text: string): string[] {
  return text
    .split(COMMA)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** The words and phrases that a moderator typed, as the filter keeps them. @throws SettingProblem that names each one that is not allowed */
export function readFilterWords(text: string): string[] {
  const parsed = split(text).map((typed) => ({ typed, result: parseFilterWord(typed) }));
  const words = parsed.flatMap(({ result }) => ('word' in result ? [result.word] : []));
  const problems = parsed.flatMap(({ typed, result }) =>
    'problem' in result ? [{ problem: result.problem, word: spoiler(typed, SHOWN_LENGTH) }] : [],
  );
  if (problems.length > 0 || words.length === 0)
    throw new SettingProblem((texts) => {
      const { noWord, rules } = texts.config.filter;
      const lines = problems.slice(0, SHOWN_PROBLEMS).map(({ problem, word }) => problemText(problem, word, texts));
      return [...(problems.length === 0 ? [noWord] : lines), rules({ maxLength, maxWildcards })].join('\n');
    });
  return [...new Set(words)];
}

/** The settings with words added to the filter. @throws SettingProblem when there is no room for them */
export function addFilterWords(settings: Settings, words: readonly string[]): Settings {
  const added = words.filter((word) => !settings.filterWords.includes(word));
  const filterWords = [...settings.filterWords, ...added];
  const max = SETTINGS_LIMITS.filterWords;
  if (filterWords.length > max)
    throw new SettingProblem(({ config }) =>
      config.filter.full({ max, count: settings.filterWords.length, added: added.length }),
    );
  const inner = filterWords.filter(hasInnerWildcard);
  if (inner.length > maxInnerWildcards && added.some(hasInnerWildcard))
    throw new SettingProblem(({ config }) =>
      config.filter.tooManyInnerWildcards({ max: maxInnerWildcards, count: inner.length }),
    );
  return { ...settings, filterWords };
}

/** The settings without words of the filter. @param text one word as it is kept, or several @throws SettingProblem for what is not in it */
export function removeFilterWords(settings: Settings, text: string): Settings {
  const { filterWords } = settings;
  const find = (typed: string) => {
    const result = parseFilterWord(typed);
    return filterWords.find((word) => word === typed || ('word' in result && word === result.word));
  };
  const whole = find(text);
  const found = whole === undefined ? split(text).map((typed) => ({ typed, word: find(typed) })) : [{ word: whole }];
  const unknown = found.flatMap((its) => ('typed' in its && its.word === undefined ? [its.typed] : []));
  if (found.length === 0 || unknown.length > 0) {
    const shown = unknown.slice(0, SHOWN_PROBLEMS).map((typed) => spoiler(typed, SHOWN_LENGTH));
    throw new SettingProblem(({ config }) => config.filter.notListed(shown.join(', ')));
  }
  const removed = new Set(found.map(({ word }) => word));
  return { ...settings, filterWords: filterWords.filter((word) => !removed.has(word)) };
}
