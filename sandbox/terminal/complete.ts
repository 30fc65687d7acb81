import type { TypedCommand } from '../session/command-path.ts';
import { type Candidate, type Completion, completeCommand, filterCandidates } from '../session/complete-command.ts';
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
}

/** What Tab offers at the end of `line`. */
export function complete(line: string, commands: readonly TypedCommand[], words: CompletionWords): Completion {
  return line.startsWith('/') ? completeCommand(line, commands, words.directory) : completeWord(line, words);
}

function completeWord(line: string, { users, directory, buttons }: CompletionWords): Completion {
  const [, word, argument = ''] = /^(as|in|press|fail)\s+(.*)$/.exec(line) ?? [];
  if (word === 'as') return filterCandidates(argument, undescribed(users));
  if (word === 'fail') {
    return filterCandidates(
      argument,
      Object.entries(FAULTS).map(([text, { description }]) => ({ text, description })),
    );
  }
  const channels = directory.channels.filter(({ type }) => type !== CATEGORY).map(({ name }) => name);
  if (word === 'in') return filterCandidates(argument, undescribed([...channels, 'dm']));
  if (word === 'press') return filterCandidates(argument, undescribed(buttons));
  const words = TERMINAL_WORDS.map(({ typed, description }) => ({ text: typed, description }));
  return filterCandidates(line, [...words, ...undescribed(buttons)]);
}

function undescribed(texts: readonly string[]): Candidate[] {
  return texts.map((text) => ({ text }));
}
