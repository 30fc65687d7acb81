import { isMenuCommand, type TypedCommand } from '../session/command-path.ts';
import { COLD_START, FAULTS, FIX, type NamedFault } from '../session/faults.ts';
import { type CommandLine, parseCommand } from '../session/parse-command.ts';

/** A parsed line of the terminal. */
export type Line =
  | CommandLine
  | { kind: 'press'; label: string /** 1 means the last message with such a button. */; nth: number }
  | { kind: 'choose' /** Labels, with commas between them. */; text: string }
  | { kind: 'menu'; name: string /** 1 means the last message. */; nth: number }
  | { kind: 'submit' /** `name:value name:value` */; text: string }
  | { kind: 'as'; user: string }
  | { kind: 'in' /** A channel's name without #, or `dm`. */; place: string }
  | { kind: 'page' }
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
  ['page', { kind: 'page' }],
  ['slow', { kind: 'fault', fault: COLD_START }],
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
