import { isSlashCommand, optionsAt, type Path, splitPath, type TypedCommand } from './command-path.ts';

/** A typed slash command; its values are still text. */
export interface CommandLine {
  kind: 'command';
  name: string;
  path: Path;
  options: Record<string, string>;
}

interface Problem {
  kind: 'problem';
  text: string;
}

function problem(text: string): Problem {
  return { kind: 'problem', text };
}

/** Parses a slash command. @param text without the slash */
export function parseCommand(text: string, commands: readonly TypedCommand[]): CommandLine | Problem {
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
