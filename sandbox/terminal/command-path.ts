/** The fields of a registered command that the terminal reads; Discord's own objects have them all. */
export interface TypedOption {
  type: number;
  name: string;
  description?: string;
  required?: boolean;
  autocomplete?: boolean;
  channel_types?: readonly number[];
  choices?: readonly { name: string; value: string | number }[];
  options?: readonly TypedOption[];
}

export interface TypedCommand {
  /** Discord's number; absent: a slash command. */
  type?: number;
  name: string;
  description?: string;
  options?: readonly TypedOption[];
}

const SLASH_COMMAND = 1;
const MENU_COMMAND = 3;

export function isSlashCommand({ type = SLASH_COMMAND }: TypedCommand): boolean {
  return type === SLASH_COMMAND;
}

/** Whether it stands in the menu of every message. */
export function isMenuCommand({ type }: TypedCommand): boolean {
  return type === MENU_COMMAND;
}

export interface Path {
  group?: string;
  subcommand?: string;
}

/** @see https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type */
const SUBCOMMAND = 1;
const GROUP = 2;

/** Splits the text after a command's name into group, subcommand and the rest; `missing` lists the names that can come next. */
export function splitPath(
  command: TypedCommand,
  text: string,
): { path: Path; rest: string } | { missing: readonly TypedOption[] } {
  const path: Path = {};
  let level = command.options ?? [];
  let rest = text.trimStart();
  for (;;) {
    const branches = level.filter(({ type }) => type === SUBCOMMAND || type === GROUP);
    if (branches.length === 0) return { path, rest };
    const word = /^\S*/.exec(rest)?.[0] ?? '';
    const chosen = branches.find(({ name }) => name === word);
    if (!chosen) return { missing: branches };
    if (chosen.type === GROUP) path.group = chosen.name;
    else path.subcommand = chosen.name;
    rest = rest.slice(word.length).trimStart();
    level = chosen.options ?? [];
  }
}

/** The options of the subcommand at this path; none when the path doesn't exist. */
export function optionsAt(command: TypedCommand, path: Path): readonly TypedOption[] {
  let level = command.options ?? [];
  for (const name of [path.group, path.subcommand]) {
    if (name !== undefined) level = level.find((option) => option.name === name)?.options ?? [];
  }
  return level.filter(({ type }) => type !== SUBCOMMAND && type !== GROUP);
}
