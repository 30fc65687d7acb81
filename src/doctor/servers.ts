import { z } from 'zod';
import { missingInvitePermissions } from '../invite.ts';
import { checkAnswer, type DiscordAnswers, PAGE } from './discord.ts';
import { type Finding, ok, warning } from './finding.ts';

const guildsSchema = z.array(z.looseObject({ id: z.string(), permissions: z.string().regex(/^\d+$/).optional() }));

/**
 * Whether the bot is in the servers that settings name, and its roles have the permissions that it needs.
 * @param named the server ids, by the name of the setting
 */
export function checkServers(
  { guilds }: DiscordAnswers,
  named: Readonly<Record<string, readonly string[]>>,
): Promise<Finding> {
  return checkAnswer(guilds, guildsSchema, (servers) => {
    const isComplete = servers.length < PAGE;
    const absent = Object.entries(named).flatMap(([setting, ids]) =>
      ids.filter((id) => !servers.some((server) => server.id === id)).map((id) => ({ setting, id })),
    );
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
