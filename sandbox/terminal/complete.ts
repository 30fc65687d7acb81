import { isMenuCommand, type TypedCommand } from '../session/command-path.ts';
import {
  type Candidate,
  type Completion,
  completeCommand,
  completeOption,
  filterCandidates,
} from '../session/complete-command.ts';
import { CATEGORY, type Directory } from '../session/directory.ts';
import { FAULTS } from '../session/faults.ts';
import { TERMINAL_WORDS } from './terminal-words.ts';

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

/** What Tab offers at the end of `line`. */
export function complete(line: string, commands: readonly TypedCommand[], words: CompletionWords): Completion {
  const { form } = words;
  const [, fields] = /^submit\s+(.*)$/.exec(line) ?? [];
  if (form && fields !== undefined) return completeOption(form, {}, fields, words.directory);
  if (line.startsWith('/')) return completeCommand(line, commands, words.directory);
  const menus = commands.filter(isMenuCommand).map(({ name }) => name);
  return completeWord(line, menus, words);
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
