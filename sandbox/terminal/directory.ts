import type { Guild } from '../discord/index.ts';
import type { TypedOption } from './command-path.ts';

/** Discord's types of options whose values are ids. */
const OPTION_TYPE = { user: 6, channel: 7, role: 8, mentionable: 9 } as const;

interface Named {
  id: string;
  /** With its sign: `@bob`, `#art`. */
  name: string;
}

/** What can be named at present. */
export interface Directory {
  users: readonly Named[];
  roles: readonly Named[];
  /** Categories too; `type` is Discord's number. */
  channels: readonly (Named & { type: number })[];
}

/** Lists whom and what a member of a server can name there. */
export function directoryOf({ members, roles, channels }: Guild): Directory {
  return {
    users: [...members.values()].map(({ user }) => ({ id: user.id, name: `@${user.username}` })),
    roles: roles.map(({ id, name }) => ({ id, name: name.startsWith('@') ? name : `@${name}` })),
    channels: channels.flatMap(({ id, name, type, deleted }) => (deleted ? [] : { id, name: `#${name}`, type })),
  };
}

/** What an option offers, in the order of a picker; undefined for an option that takes no ids. */
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
 * Turns names into ids where options take ids: `@bob`, `bob`, `<@1>` and an id mean the same.
 * @throws Error that lists what there is
 */
export function namesToIds(
  options: Readonly<Record<string, string>>,
  definitions: readonly TypedOption[],
  directory: Directory,
): Record<string, string> {
  return replaceNames(options, definitions, directory, (name, text, known) => {
    throw new Error(`${name}: there is no ${text}; there is ${known.map((named) => named.name).join(', ') || 'none'}`);
  });
}

/** As `namesToIds`, for a line that is still being typed: what means nothing yet stays as it is. */
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
  otherwise: (name: string, text: string, known: readonly Named[]) => string,
): Record<string, string> {
  const entries = Object.entries(options).map(([name, text]): [string, string] => {
    const definition = definitions.find((candidate) => candidate.name === name);
    const known = definition && offeredNames(definition, directory);
    if (!known || /^\d{17,19}$/.test(text)) return [name, text];
    return [name, idOf(text, known) ?? otherwise(name, text, known)];
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
