import type { Guild } from '../discord/index.ts';
import { CATEGORY, directoryOf } from '../session/directory.ts';
import { FAULTS } from '../session/faults.ts';
import { coloured } from './coloured.ts';
import { TERMINAL_WORDS } from './terminal-words.ts';

const COMMANDS = [
  ['/timeless prompt:a red rose samples:2', 'use a slash command; Tab completes and explains its options'],
  ['/timeless-config view', 'see the settings, as moderator; use names for members, roles and channels: role:@artists'],
] as const;

/** Everything that can be typed, and the names of members, roles and channels. */
export function helpText(guild: Guild): string {
  const { users, roles, channels } = directoryOf(guild);
  const holders = (roleId: string) =>
    [...guild.members.values()]
      .filter((member) => member.roles.some(({ id }) => id === roleId))
      .map(({ user }) => user.username);
  const held = roles.map(({ id, name }) => {
    const who = holders(id);
    return who.length > 0 ? `${name} (held by ${who.join(', ')})` : name;
  });
  const places = channels.filter(({ type }) => type !== CATEGORY).map(({ name }) => name);
  const categories = channels.filter(({ type }) => type === CATEGORY).map(({ name }) => name);
  return [
    table(COMMANDS),
    table(TERMINAL_WORDS.map(({ example, description }) => [example, description])),
    table(Object.entries(FAULTS).map(([name, { description }]) => [`fail ${name}`, description])),
    table([
      ['members', users.map(({ name }) => name).join(', ')],
      ['roles', held.join(', ')],
      ['channels', places.join(', ')],
      ['categories', categories.join(', ')],
    ]),
  ].join('\n\n');
}

/** Aligns rows of two columns. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${coloured('cyan', left.padEnd(width))}  ${right}`.trimEnd()).join('\n');
}
