import type { Guild } from '../discord/index.ts';
import { directoryOf } from './references.ts';

const CATEGORY = 4;

/** What can be typed, and who and what there is to name. */
export function helpText(guild: Guild): string {
  const { users, roles, channels } = directoryOf(guild);
  const members = [...guild.members.values()].filter(({ user }) => !user.bot).map(({ user }) => user.username);
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
  return `/timeless prompt:a red rose samples:2   a slash command; Tab completes names, options and values
/timeless-config limits role:@artists   moderators' settings, as moderator; members, roles, channels by name
press Reroll                            presses a button of the last message that has it; so does: Reroll
press Reroll 2                          ... of the last but one
as bob                                  go on as another member: ${members.join(', ')}
in #art, dm                             go to another channel, or to the bot's direct messages
picture, picture 2                      saves the last message here, or the last but one, as a PNG
log                                     the end of the bot's own log
kill, start                             ends the bot by SIGKILL; starts it again on the same database
quit                                    stops everything

members     ${users.map(({ name }) => name).join(', ')}
roles       ${held.join(', ')}
channels    ${places.join(', ')}
categories  ${categories.join(', ')}`;
}
