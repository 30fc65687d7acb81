import { isMenuCommand, isSlashCommand, optionsAt, type Path, splitPath, type TypedCommand } from './command-path.ts';
import { FAULTS, FIX, type NamedFault, SLOW } from './faults.ts';

/** A parsed line of the terminal. */
export type Line =
  | { kind: 'command'; name: string; path: Path; options: Record<string, string> }
  | { kind: 'press'; label: string /** 1 means the last message with such a button. */; nth: number }
  | { kind: 'choose' /** Labels, with commas between them. */; text: string }
  | { kind: 'menu'; name: string /** 1 means the last message. */; nth: number }
  | { kind: 'submit' /** `name:value name:value` */; text: string }
  | { kind: 'as'; user: string }
  | { kind: 'in' /** A channel's name without #, or `dm`. */; place: string }
  | { kind: 'picture' /** 1 is the last message. */; nth: number }
  | { kind: 'fault'; fault: NamedFault }
  | { kind: 'help' }
  | { kind: 'log' }
  | { kind: 'kill' }
  | { kind: 'start' }
  | { kind: 'quit' }
  | { kind: 'nothing' }
  | { kind: 'problem'; text: string };

const PLAIN_WORDS: ReadonlyMap<string, Line> = new Map<string, Line>([
  ['help', { kind: 'help' }],
  ['picture', { kind: 'picture', nth: 1 }],
  ['slow', { kind: 'fault', fault: SLOW }],
  ['fix', { kind: 'fault', fault: FIX }],
  ['log', { kind: 'log' }],
  ['kill', { kind: 'kill' }],
  ['start', { kind: 'start' }],
  ['quit', { kind: 'quit' }],
  ['exit', { kind: 'quit' }],
  ['dm', { kind: 'in', place: 'dm' }],
]);

/** Parses one line: a slash command, a command of the sandbox, or else the label of a button. */
export function parseLine(text: string, commands: readonly TypedCommand[]): Line {
  const line = text.trim();
  if (line === '') return { kind: 'nothing' };
  if (line.startsWith('/')) return parseCommand(line.slice(1), commands);
  const [word = '', ...rest] = line.split(/\s+/);
  const argument = rest.join(' ');
  if (argument === '') {
    const plain = PLAIN_WORDS.get(word.toLowerCase());
    if (plain) return plain;
  }
  switch (word.toLowerCase()) {
    case 'as':
      return argument === '' ? problem('which member? Try: as bob') : { kind: 'as', user: argument.replace(/^@/, '') };
    case 'in':
      return argument === ''
        ? problem('which channel? Try: in #art')
        : { kind: 'in', place: argument.replace(/^#/, '') };
    case 'fail':
      return parseFault(argument.toLowerCase());
    case 'press':
      return argument === '' ? problem('which button? Try: press Reroll') : parsePress(argument);
    case 'choose':
      return argument === '' ? problem('what? Try: choose Page 2') : { kind: 'choose', text: argument };
    case 'menu':
      return parseMenu(argument, commands);
    case 'submit':
      return { kind: 'submit', text: line.slice(word.length).trim() };
    case 'picture':
      return /^[1-9]\d{0,2}$/.test(argument)
        ? { kind: 'picture', nth: Number(argument) }
        : problem('which message? Try: picture 2');
    default:
      return parsePress(line);
  }
}

function problem(text: string): Line {
  return { kind: 'problem', text };
}

function parseFault(name: string): Line {
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  return fault ? { kind: 'fault', fault } : problem(`which fault? Try: fail ${Object.keys(FAULTS).join(', ')}`);
}

function parsePress(text: string): Line {
  const { name, nth } = readNumbered(text);
  return { kind: 'press', label: name, nth };
}

function parseMenu(text: string, commands: readonly TypedCommand[]): Line {
  const menus = commands.filter(isMenuCommand).map(({ name }) => name);
  const { name: typed, nth } = readNumbered(text);
  const name = menus.find((menu) => menu.toLowerCase() === typed.toLowerCase());
  if (name !== undefined) return { kind: 'menu', name, nth };
  return problem(`which menu command? ${menus.length > 0 ? `Known are ${menus.join(', ')}` : 'There is none'}`);
}

/** A text with a number behind it, which is 1 if there is none. */
function readNumbered(text: string): { name: string; nth: number } {
  const [, name = text, nth = '1'] = /^(.*\S)\s+([1-9]\d{0,2})$/.exec(text) ?? [];
  return { name, nth: Number(nth) };
}

function parseCommand(text: string, commands: readonly TypedCommand[]): Line {
  const name = /^\S*/.exec(text)?.[0] ?? '';
  const slashCommands = commands.filter(isSlashCommand);
  const command = slashCommands.find((candidate) => candidate.name === name);
  if (!command) {
    const known = slashCommands.map((candidate) => `/${candidate.name}`).join(', ');
    return problem(`there is no command /${name}; known are ${known || 'none'}`);
  }
  const split = splitPath(command, text.slice(name.length));
  if ('missing' in split)
    return problem(`/${name} needs one of: ${split.missing.map((branch) => branch.name).join(', ')}`);
  const names = optionsAt(command, split.path).map((option) => option.name);
  const read = readOptions(split.rest, names);
  if ('problem' in read) return problem(read.problem);
  return { kind: 'command', name, path: split.path, options: read.options };
}

/**
 * Parses `name:value name:value`. A value ends where the next known option begins, or it stands in quotes, in which
 * a backslash escapes a quote or a backslash.
 */
export function readOptions(
  text: string,
  names: readonly string[],
): { options: Record<string, string> } | { problem: string } {
  const options: Record<string, string> = {};
  let rest = text.trim();
  while (rest !== '') {
    const name = names.find((candidate) => rest.startsWith(`${candidate}:`));
    if (name === undefined) {
      const known = names.map((candidate) => `${candidate}:`).join(' ');
      return { problem: `"${/^\S*/.exec(rest)?.[0]}" isn't an option; known are ${known || 'none'}` };
    }
    if (Object.hasOwn(options, name)) return { problem: `${name}: is given twice` };
    const { value, after } = readValue(rest.slice(name.length + 1), names);
    options[name] = value;
    rest = after;
  }
  return { options };
}

function readValue(text: string, names: readonly string[]): { value: string; after: string } {
  const starts = names.map((name) => `${name}:`);
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"(?:\s+|$)/s.exec(text);
  const remainder = text.slice(quoted?.[0].length);
  if (quoted && (remainder === '' || starts.some((start) => remainder.startsWith(start)))) {
    return { value: (quoted[1] ?? '').replace(/\\(["\\])/g, '$1'), after: remainder };
  }
  for (const { index } of text.matchAll(/\s/g)) {
    const after = text.slice(index + 1);
    if (starts.some((start) => after.startsWith(start))) return { value: text.slice(0, index).trim(), after };
  }
  return { value: text.trim(), after: '' };
}
