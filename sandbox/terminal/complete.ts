import {
  isMenuCommand,
  isSlashCommand,
  optionsAt,
  type Path,
  splitPath,
  type TypedCommand,
  type TypedOption,
} from './command-path.ts';
import { type Directory, offeredNames } from './directory.ts';
import { FAULTS } from './faults.ts';
import { readOptions } from './parse-line.ts';
import { TERMINAL_WORDS } from './terminal-words.ts';

const BOOLEAN = 5;
const CATEGORY = 4;

/** Names that Tab can complete, besides the commands. */
export interface CompletionWords {
  users: readonly string[];
  /** The names that options with ids offer. */
  directory: Directory;
  /** Labels of the buttons that this member sees. */
  buttons: readonly string[];
  /** Labels of what the selects offer that this member sees. */
  choices: readonly string[];
  /** The open form, in the shape of a command. */
  form?: TypedCommand;
}

export interface Candidate {
  text: string;
  description?: string | undefined;
}

/** What can replace `fragment`, the end of the line. `ask` is set when the bot has to be asked. */
export interface Completion {
  fragment: string;
  candidates: Candidate[];
  /** The option whose value is being typed. */
  current?: TypedOption;
  ask?: { command: string; path: Path; option: string; value: string; others: Record<string, string> };
}

/** What Tab offers at the end of `line`. */
export function complete(line: string, commands: readonly TypedCommand[], words: CompletionWords): Completion {
  const { form } = words;
  const [, fields] = /^submit\s+(.*)$/.exec(line) ?? [];
  if (form && fields !== undefined) return completeOption(form, {}, fields, words.directory);
  if (!line.startsWith('/')) {
    const menus = commands.filter(isMenuCommand).map(({ name }) => name);
    return completeWord(line, menus, words);
  }
  const name = /^\/(\S*)/.exec(line)?.[1] ?? '';
  const typed = line.slice(name.length + 1);
  const slashCommands = commands.filter(isSlashCommand);
  const command = slashCommands.find((candidate) => candidate.name === name);
  if (typed === '' || !command) {
    return filterCandidates(
      line,
      slashCommands.map(({ name: text, description }) => ({ text: `/${text} `, description })),
    );
  }
  const split = splitPath(command, typed);
  if ('missing' in split) {
    return filterCandidates(
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
  const names = filterCandidates(fragment, unused);
  if (!isInValue) return names;
  const fixed =
    current.type === BOOLEAN
      ? ['true', 'false']
      : (current.choices?.map((choice) => choice.name) ?? withSigns(value, offeredNames(current, directory)));
  if (fixed) {
    const values = filterCandidates(
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

/** Names with their `@` or `#`, or without it when the member started to type a bare name. */
function withSigns(typed: string, known: readonly { name: string }[] | undefined): string[] | undefined {
  const isBare = typed !== '' && !/^[@#]/.test(typed);
  return known?.map(({ name }) => (isBare ? name.replace(/^[@#]/, '') : name));
}

function completeWord(
  line: string,
  menus: readonly string[],
  { users, directory, buttons, choices }: CompletionWords,
): Completion {
  const [, word, argument = ''] = /^(as|in|press|choose|menu|fail)\s+(.*)$/.exec(line) ?? [];
  if (word === 'as') return filterCandidates(argument, undescribed(users));
  if (word === 'fail') {
    return filterCandidates(
      argument,
      Object.entries(FAULTS).map(([text, { description }]) => ({ text, description })),
    );
  }
  const channels = directory.channels.filter(({ type }) => type !== CATEGORY).map(({ name }) => name);
  if (word === 'in') return filterCandidates(argument, undescribed([...channels, 'dm']));
  if (word === 'choose') return filterCandidates(argument, undescribed(choices));
  if (word === 'menu') return filterCandidates(argument, undescribed(menus));
  if (word === 'press') return filterCandidates(argument, undescribed(buttons));
  const words = TERMINAL_WORDS.map(({ typed, description }) => ({ text: typed, description }));
  return filterCandidates(line, [...words, ...undescribed(buttons)]);
}

function undescribed(texts: readonly string[]): Candidate[] {
  return texts.map((text) => ({ text }));
}

function filterCandidates(fragment: string, candidates: readonly Candidate[]): Completion {
  const wanted = fragment.toLowerCase();
  const distinct = new Map(candidates.map((candidate) => [candidate.text, candidate]));
  return { fragment, candidates: [...distinct.values()].filter(({ text }) => text.toLowerCase().startsWith(wanted)) };
}
