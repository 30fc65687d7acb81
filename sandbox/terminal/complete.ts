import { optionsAt, type Path, splitPath, type TypedCommand } from './command-path.ts';
import { readOptions } from './parse.ts';
import { type Directory, offered } from './references.ts';

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

/** What may stand in place of `fragment`, the end of the line. `ask`: only the bot knows. */
export interface Completion {
  fragment: string;
  candidates: string[];
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
      commands.map((candidate) => `/${candidate.name} `),
    );
  }
  const split = splitPath(command, typed);
  if ('missing' in split) {
    return matching(
      /\S*$/.exec(line)?.[0] ?? '',
      split.missing.map((word) => `${word} `),
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
  const unused = options.filter(({ name }) => !Object.hasOwn(given, name)).map(({ name }) => `${name}:`);
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
      fixed.map((candidate) => `${candidate} `),
    );
    return values.candidates.length > 0 ? values : names;
  }
  if (current.autocomplete && fragment.endsWith(value)) {
    const { [current.name]: _, ...others } = given;
    const ask = { command: command.name, path, option: current.name, value, others };
    return { fragment: value, candidates: [], ask };
  }
  return value === '' ? { fragment, candidates: [] } : names;
}

/** Names with their sign, or without where none was typed. */
function signed(typed: string, known: readonly { name: string }[] | undefined): string[] | undefined {
  const isBare = typed !== '' && !/^[@#]/.test(typed);
  return known?.map(({ name }) => (isBare ? name.replace(/^[@#]/, '') : name));
}

function completeWord(line: string, { users, directory, buttons }: Words): Completion {
  const [, word, argument = ''] = /^(as|in|press)\s+(.*)$/.exec(line) ?? [];
  if (word === 'as') return matching(argument, users);
  const channels = directory.channels.filter(({ type }) => type !== CATEGORY).map(({ name }) => name);
  if (word === 'in') return matching(argument, [...channels, 'dm']);
  if (word === 'press') return matching(argument, buttons);
  return matching(line, ['as ', 'in ', 'dm', 'press ', 'picture', 'help', 'log', 'kill', 'start', 'quit', ...buttons]);
}

function matching(fragment: string, candidates: readonly string[]): Completion {
  const wanted = fragment.toLowerCase();
  const distinct = [...new Set(candidates)];
  return { fragment, candidates: distinct.filter((candidate) => candidate.toLowerCase().startsWith(wanted)) };
}
