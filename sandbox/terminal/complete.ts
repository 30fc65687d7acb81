import { optionsAt, type Path, splitPath, type TypedCommand, type TypedOption } from './command-path.ts';
import { FAULTS } from './faults.ts';
import { readOptions } from './parse.ts';
import { type Directory, offered } from './references.ts';
import { TERMINAL_WORDS } from './words.ts';

const BOOLEAN = 5;
const CATEGORY = 4;

/** Words beside the commands that may be completed at present. */
export interface Words {
  users: readonly string[];
  /** What options that take ids offer. */
  directory: Directory;
  /** Labels of buttons in sight. */
  buttons: readonly string[];
}

export interface Candidate {
  text: string;
  description?: string | undefined;
}

/** What may stand in place of `fragment`, the end of the line. `ask`: only the bot knows. */
export interface Completion {
  fragment: string;
  candidates: Candidate[];
  /** The option whose value is being typed. */
  current?: TypedOption;
  ask?: { command: string; path: Path; option: string; value: string; others: Record<string, string> };
}

/** What Tab offers at the end of `line`. */
export function complete(line: string, commands: readonly TypedCommand[], words: Words): Completion {
  if (!line.startsWith('/')) return completeWord(line, words);
  const name = /^\/(\S*)/.exec(line)?.[1] ?? '';
  const typed = line.slice(name.length + 1);
  const command = commands.find((candidate) => candidate.name === name);
  if (typed === '' || !command) {
    return matching(
      line,
      commands.map(({ name: text, description }) => ({ text: `/${text} `, description })),
    );
  }
  const split = splitPath(command, typed);
  if ('missing' in split) {
    return matching(
      /\S*$/.exec(line)?.[0] ?? '',
      split.missing.map(({ name: text, description }) => ({ text: `${text} `, description })),
    );
  }
  return completeOption(command, split.path, split.rest, words.directory);
}

function completeOption(command: TypedCommand, path: Path, text: string, directory: Directory): Completion {
  const options = optionsAt(command, path);
  const read = readOptions(
    text,
    options.map(({ name }) => name),
  );
  const given = 'options' in read ? read.options : {};
  const last = Object.keys(given).at(-1);
  const current = options.find(({ name }) => name === last);
  const value = last === undefined ? '' : (given[last] ?? '');
  const fragment = /\S*$/.exec(text)?.[0] ?? '';
  const unused = options
    .filter(({ name }) => !Object.hasOwn(given, name))
    .map(({ name, description }) => ({ text: `${name}:`, description }));
  const isInValue = current !== undefined && text.endsWith(`${current.name}:${value}`);
  const names = matching(fragment, unused);
  if (!isInValue) return names;
  const fixed =
    current.type === BOOLEAN
      ? ['true', 'false']
      : (current.choices?.map((choice) => choice.name) ?? signed(value, offered(current, directory)));
  if (fixed) {
    const values = matching(
      value,
      fixed.map((text) => ({ text: `${text} ` })),
    );
    return values.candidates.length > 0 ? values : { ...names, current };
  }
  if (current.autocomplete && fragment.endsWith(value)) {
    const { [current.name]: _, ...others } = given;
    const ask = { command: command.name, path, option: current.name, value, others };
    return { fragment: value, candidates: [], current, ask };
  }
  return { ...(value === '' ? { fragment, candidates: [] } : names), current };
}

/** Names with their sign, or without where none was typed. */
function signed(typed: string, known: readonly { name: string }[] | undefined): string[] | undefined {
  const isBare = typed !== '' && !/^[@#]/.test(typed);
  return known?.map(({ name }) => (isBare ? name.replace(/^[@#]/, '') : name));
}

function completeWord(line: string, { users, directory, buttons }: Words): Completion {
  const [, word, argument = ''] = /^(as|in|press|fail)\s+(.*)$/.exec(line) ?? [];
  if (word === 'as') return matching(argument, bare(users));
  if (word === 'fail') {
    return matching(
      argument,
      Object.entries(FAULTS).map(([text, { description }]) => ({ text, description })),
    );
  }
  const channels = directory.channels.filter(({ type }) => type !== CATEGORY).map(({ name }) => name);
  if (word === 'in') return matching(argument, bare([...channels, 'dm']));
  if (word === 'press') return matching(argument, bare(buttons));
  const words = TERMINAL_WORDS.map(({ typed, description }) => ({ text: typed, description }));
  return matching(line, [...words, ...bare(buttons)]);
}

function bare(texts: readonly string[]): Candidate[] {
  return texts.map((text) => ({ text }));
}

function matching(fragment: string, candidates: readonly Candidate[]): Completion {
  const wanted = fragment.toLowerCase();
  const distinct = new Map(candidates.map((candidate) => [candidate.text, candidate]));
  return { fragment, candidates: [...distinct.values()].filter(({ text }) => text.toLowerCase().startsWith(wanted)) };
}
