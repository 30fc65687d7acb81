import * as z from 'zod';
import { missingInvitePermissions } from '../invite.ts';
import { checkAnswer, type DiscordAnswers, PAGE } from './discord.ts';
import { type Finding, ok, warning } from './finding.ts';

const guildsSchema = z.array(z.looseObject({ id: z.string(), permissions: z.string().regex(/^\d+$/).optional() }));

/**
 * Whether the bot is in the servers that settings name, and its roles have the permissions that it needs.
 * @param named the server ids, by the name of the setting
 * @param allowed the only servers in which the bot works; none: all
 */
export function checkServers(
  { guilds }: DiscordAnswers,
  named: Readonly<Record<string, readonly string[]>>,
  allowed: readonly string[],
): Promise<Finding> {
  return checkAnswer(guilds, guildsSchema, (servers) => {
    const isComplete = servers.length < PAGE;
    const [notAllowed] = allowed.length === 0 ? [] : outside(named, allowed);
    if (notAllowed) {
      return warning(
        `Nothing works in the server ${notAllowed.id}, which ${notAllowed.setting} names: ALLOWED_GUILD_IDS leaves it out. Add it there, or change the setting.`,
      );
    }
    const ids = servers.map(({ id }) => id);
    const absent = outside({ ...named, ALLOWED_GUILD_IDS: allowed }, ids);
    const [firstAbsent] = absent;
    if (isComplete && firstAbsent) {
      return warning(
        `The bot is not in the server ${firstAbsent.id}, which ${firstAbsent.setting} names: invite it there, or change the setting.`,
      );
    }
    if (servers.length === 0) return warning('The bot is in no server: open the invitation above.');
    const lacking = servers.flatMap(({ id, permissions }) => {
      const missing = permissions === undefined ? [] : missingInvitePermissions(BigInt(permissions));
      return missing.length === 0 ? [] : [{ id, missing }];
    });
    const count = `${isComplete ? servers.length : `the first ${PAGE}`} ${servers.length === 1 ? 'server' : 'servers'}`;
    const [first] = lacking;
    if (first) {
      return warning(
        `In ${lacking.length} of ${count} the bot lacks permissions, such as in ${first.id}: ${first.missing.join(', ')}. Open the invitation there again; without them, what takes longer than 15 minutes can't be delivered.`,
      );
    }
    return ok(`The bot is in ${count}, with the permissions that it needs; channels may still take some away.`);
  });
}

/** The ids that settings name and that aren't among `ids`. */
function outside(named: Readonly<Record<string, readonly string[]>>, ids: readonly string[]) {
  return Object.entries(named).flatMap(([setting, its]) =>
    its.filter((id) => !ids.includes(id)).map((id) => ({ setting, id })),
  );
}
