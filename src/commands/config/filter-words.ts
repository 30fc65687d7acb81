import { spoiler } from '../../replies/format.ts';
import { FILTER_WORD_LIMITS, type FilterWord, hasInnerWildcard, parseFilterWord } from '../../settings/filter-word.ts';
import { SETTINGS_LIMITS, type Settings } from '../../settings/schema.ts';
import { SettingProblem } from './subcommand.ts';

/** The commas of several scripts. To the filter they are what a space is. */
const COMMA = /[,，、،]/u;

const SHOWN_LENGTH = 60;
/** Of what is wrong with a long list, that much; a message takes 2000 characters. */
const SHOWN_PROBLEMS = 10;

const { minLetters, maxLength, maxWildcards, maxInnerWildcards } = FILTER_WORD_LIMITS;

const PROBLEMS: Readonly<Record<Extract<FilterWord, { problem: string }>['problem'], string>> = {
  too_short: `needs at least ${minLetters} letters or digits beside \`*\``,
  too_long: `is longer than ${maxLength} characters`,
  too_many_wildcards: `has more than ${maxWildcards} \`*\``,
};

const ALLOWED = `Allowed are words and phrases of up to ${maxLength} characters, with at most ${maxWildcards} \`*\` (any letters within a word), several separated by commas.`;

function split(text: string): string[] {
  return text
    .split(COMMA)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** The words and phrases that a moderator typed, as the filter keeps them. @throws SettingProblem that names each one that is not allowed */
export function readFilterWords(text: string): string[] {
  const parsed = split(text).map((typed) => ({ typed, result: parseFilterWord(typed) }));
  const problems = parsed.flatMap(({ typed, result }) =>
    'problem' in result ? [`${spoiler(typed, SHOWN_LENGTH)} ${PROBLEMS[result.problem]}.`] : [],
  );
  if (problems.length > 0) throw new SettingProblem([...problems.slice(0, SHOWN_PROBLEMS), ALLOWED].join('\n'));
  const words = parsed.flatMap(({ result }) => ('word' in result ? [result.word] : []));
  if (words.length === 0) throw new SettingProblem(`There is no word in this. ${ALLOWED}`);
  return [...new Set(words)];
}

/** The settings with words added to the filter. @throws SettingProblem when there is no room for them */
export function addFilterWords(settings: Settings, words: readonly string[]): Settings {
  const added = words.filter((word) => !settings.filterWords.includes(word));
  const filterWords = [...settings.filterWords, ...added];
  const max = SETTINGS_LIMITS.filterWords;
  if (filterWords.length > max)
    throw new SettingProblem(
      `The filter takes ${max} words and phrases; it has ${settings.filterWords.length}, so that ${added.length} more don't fit. One \`*\` may stand for several forms of a word.`,
    );
  const inner = filterWords.filter(hasInnerWildcard);
  if (inner.length > maxInnerWildcards && added.some(hasInnerWildcard))
    throw new SettingProblem(
      `The filter takes ${maxInnerWildcards} words with a \`*\` between letters; with these it would have ${inner.length}. Use \`*\` at the beginning or the end of a word, as often as you like, or remove a word that you no longer need.`,
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
    throw new SettingProblem(
      `Not in the filter: ${shown.join(', ') || '(nothing)'}. Choose a word that is offered while you type, or see \`/timeless-config filter list\`.`,
    );
  }
  const removed = new Set(found.map(({ word }) => word));
  return { ...settings, filterWords: filterWords.filter((word) => !removed.has(word)) };
}
