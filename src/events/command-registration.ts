import { DiscordAPIError, type REST, RESTJSONErrorCodes } from 'discord.js';
import { commands } from '../commands/index.ts';
import type { Log } from '../log.ts';
import { isOurs, listCommands } from './command-scope.ts';
import { registerCommands } from './register-commands.ts';
import { removeCommands } from './remove-commands.ts';
import { retryForever } from './retry-forever.ts';

/** Where it is stored in which servers commands were registered for those alone. */
export interface RegisteredGuilds {
  list(applicationId: string): Promise<string[]>;
  add(applicationId: string, guildId: string): Promise<void>;
  remove(applicationId: string, guildId: string): Promise<void>;
}

export interface RegistrationSettings {
  /** The only server in which commands are registered; undefined: all. */
  readonly guildId: string | undefined;
  readonly guilds: RegisteredGuilds;
  readonly log: Log;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

/**
 * Sees to it that members have each command once: registers them, then removes what an earlier setting has left in other servers.
 * Trouble is outlasted. Global commands are never removed here: what admins have set for them would be lost for good.
 * @throws `signal.reason`
 */
export async function setUpCommands(
  rest: REST,
  applicationId: string,
  { guildId, guilds, log, signal }: RegistrationSettings,
): Promise<void> {
  const scope = { applicationId, guildId };

  async function register(): Promise<void> {
    const present = await listCommands(rest, scope);
    // Before anything is registered there, and not before Discord has let us look: a wrong id leaves nothing to be removed.
    if (guildId !== undefined) await guilds.add(applicationId, guildId);
    if (!(await registerCommands(rest, scope, present))) return;
    log.info({ commands: commands.map(({ data }) => data.name), guildId }, 'commands registered');
  }

  async function removeLeftovers(formerGuildId: string): Promise<void> {
    const removed = await removeCommands(rest, { applicationId, guildId: formerGuildId });
    await guilds.remove(applicationId, formerGuildId);
    if (removed.length > 0) log.info({ commands: removed, guildId: formerGuildId }, 'leftover commands removed');
  }

  async function warnOfGlobalCommands(): Promise<void> {
    const ours = (await listCommands(rest, { applicationId, guildId: undefined })).filter(isOurs);
    if (ours.length === 0) return;
    log.warn(
      { commands: ours.map(({ name }) => name), guildId },
      'commands show twice: global ones exist beside those of DISCORD_GUILD_ID; npm run commands -- remove-global removes them',
    );
  }

  await retryForever(register, signal, (error, pauseMs) => {
    if (guildId === undefined || !isAboutGuild(error)) {
      log.error({ err: error, pauseMs }, 'commands not registered');
      return;
    }
    log.error(
      { guildId, status: error.status, code: error.code, pauseMs },
      'commands not registered: DISCORD_GUILD_ID names no server, or one that has not authorized the bot',
    );
  });
  const stored = await retryForever(
    () => guilds.list(applicationId),
    signal,
    (error, pauseMs) => log.error({ err: error, pauseMs }, 'leftover commands not looked for'),
  );
  const former = stored.filter((id) => id !== guildId);
  await Promise.all([
    ...former.map((id) =>
      retryForever(
        () => removeLeftovers(id),
        signal,
        (error, pauseMs) => log.warn({ err: error, guildId: id, pauseMs }, 'leftover commands not removed'),
      ),
    ),
    guildId !== undefined &&
      retryForever(warnOfGlobalCommands, signal, (error, pauseMs) =>
        log.warn({ err: error, pauseMs }, 'global commands not looked for'),
      ),
  ]);
}

/** Whether Discord refuses because of the server that the path of a request names. */
function isAboutGuild(error: unknown): error is DiscordAPIError {
  if (!(error instanceof DiscordAPIError)) return false;
  const { code, method } = error;
  const isMalformedId = code === RESTJSONErrorCodes.InvalidFormBodyOrContentType && method === 'GET';
  return isMalformedId || code === RESTJSONErrorCodes.MissingAccess || code === RESTJSONErrorCodes.UnknownGuild;
}
