import type { Guild } from '../discord/index.ts';
import type { TypedOption } from './command-path.ts';

/** The types of options whose values are ids. */
const OPTION_TYPE = { user: 6, channel: 7, role: 8, mentionable: 9 } as const;

/** The type of a channel that only groups others. */
export const CATEGORY = 4;

export interface Named {
  id: string;
  /** With its sign: `@bob`, `#art`. */
  name: string;
}

/** Everyone and everything in a server that a command can name. */
export interface Directory {
  users: readonly Named[];
  roles: readonly Named[];
  /** Categories too; `type` is Discord's number. */
  channels: readonly (Named & { type: number })[];
}

/** Lists the users, roles and channels of a server by name. */
export function directoryOf({ members, roles, channels }: Guild): Directory {
  return {
    users: [...members.values()].map(({ user }) => ({ id: user.id, name: `@${user.username}` })),
    roles: roles.map(({ id, name }) => ({ id, name: name.startsWith('@') ? name : `@${name}` })),
    channels: channels.flatMap(({ id, name, type, deleted }) => (deleted ? [] : { id, name: `#${name}`, type })),
  };
}

/** The names that an option offers, in the order of Discord's picker; undefined for an option without ids. */
export function offeredNames(option: TypedOption, directory: Directory): readonly Named[] | undefined {
  const { channel_types: types } = option;
  switch (option.type) {
    case OPTION_TYPE.user:
      return directory.users;
    case OPTION_TYPE.role:
      return directory.roles;
    case OPTION_TYPE.mentionable:
      return [...directory.users, ...directory.roles];
    case OPTION_TYPE.channel:
      return directory.channels.filter(({ type }) => !types || types.includes(type));
    default:
      return undefined;
  }
}

/**
 * Replaces names by ids in options that take ids: `@bob`, `bob`, `<@1>` and an id mean the same.
 * @throws Error that lists the known names, for an unknown one
 */
export function namesToIds(
  options: Readonly<Record<string, string>>,
  definitions: readonly TypedOption[],
  directory: Directory,
): Record<string, string> {
  return replaceNames(options, definitions, directory, (name, text, known) => {
    throw new Error(`${name}: there is no ${text}; known are ${known.map((named) => named.name).join(', ') || 'none'}`);
  });
}

/** Like `namesToIds`, but for a line that is still being typed: unknown names stay as they are. */
export function namesToKnownIds(
  options: Readonly<Record<string, string>>,
  definitions: readonly TypedOption[],
  directory: Directory,
): Record<string, string> {
  return replaceNames(options, definitions, directory, (_, text) => text);
}

function replaceNames(
  options: Readonly<Record<string, string>>,
  definitions: readonly TypedOption[],
  directory: Directory,
  replaceUnknown: (name: string, text: string, known: readonly Named[]) => string,
): Record<string, string> {
  const entries = Object.entries(options).map(([name, text]): [string, string] => {
    const definition = definitions.find((candidate) => candidate.name === name);
    const known = definition && offeredNames(definition, directory);
    if (!known || /^\d{17,19}$/.test(text)) return [name, text];
    return [name, idOf(text, known) ?? replaceUnknown(name, text, known)];
  });
  return Object.fromEntries(entries);
}

function idOf(text: string, known: readonly Named[]): string | undefined {
  const [, id] = /^<[@#][!&]?(\d+)>$/.exec(text) ?? [];
  if (id !== undefined) return id;
  const wanted = normalizeName(text);
  return known.find(({ name }) => normalizeName(name) === wanted)?.id;
}

function normalizeName(name: string): string {
  return name.replace(/^[@#]/, '').toLowerCase();
}
