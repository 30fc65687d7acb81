import { DiscordAPIError, type REST, RESTJSONErrorCodes } from 'discord.js';
import { registrations } from '../commands/index.ts';
import type { Log } from '../log.ts';
import { isOurs, listCommands } from './command-scope.ts';
import { registerCommands } from './register-commands.ts';
import { removeCommands } from './remove-commands.ts';
import { retryForever } from './retry-forever.ts';

/** Stores in which servers commands were registered for that server only. */
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

interface FailureListener {
  /** Called when the commands could not be registered, and will be retried; maybe several times. */
  readonly onFailure: () => void;
}

/**
 * Makes sure that members have each command once: registers the commands, then removes those that an earlier setting has left in other
 * servers. Retries until it succeeds. Never removes global commands: admins' settings for them would be lost for good.
 * @throws `signal.reason`
 */
export async function setUpCommands(
  rest: REST,
  applicationId: string,
  { guildId, guilds, log, signal, onFailure }: RegistrationSettings & FailureListener,
): Promise<void> {
  const scope = { applicationId, guildId };

  async function register(): Promise<void> {
    const present = await listCommands(rest, scope);
    // Before commands are registered there, but after Discord has accepted the id: a wrong one leaves nothing to be removed.
    if (guildId !== undefined) await guilds.add(applicationId, guildId);
    if (!(await registerCommands(rest, scope, registrations, present))) return;
    log.info({ commands: registrations.map(({ name }) => name), guildId }, 'commands registered');
  }

  async function removeLeftovers(formerGuildId: string): Promise<void> {
    const removed = await removeCommands(rest, { applicationId, guildId: formerGuildId });
    await guilds.remove(applicationId, formerGuildId);
    const names = removed.map(({ name }) => name);
    if (names.length > 0) log.info({ commands: names, guildId: formerGuildId }, 'leftover commands removed');
  }

  async function warnOfGlobalCommands(): Promise<void> {
    const ours = (await listCommands(rest, { applicationId, guildId: undefined })).filter(isOurs);
    if (ours.length === 0) return;
    log.warn(
      { commands: ours.map(({ name }) => name), guildId },
      'duplicate commands: global ones exist beside those of DISCORD_GUILD_ID; npm run commands -- remove-global removes them',
    );
  }

  await retryForever(register, signal, (error, pauseMs) => {
    if (guildId !== undefined && isAboutGuild(error)) {
      log.error(
        { guildId, status: error.status, code: error.code, pauseMs },
        'commands not registered: DISCORD_GUILD_ID names no server, or one that has not authorized the bot',
      );
    } else {
      log.error({ err: error, pauseMs }, 'commands not registered');
    }
    onFailure();
  });
  const stored = await retryForever(
    () => guilds.list(applicationId),
    signal,
    (error, pauseMs) => log.error({ err: error, pauseMs }, 'check for leftover commands failed'),
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
        log.warn({ err: error, pauseMs }, 'check for global commands failed'),
      ),
  ]);
}

/** Whether Discord refused a request because of the server in its path. */
function isAboutGuild(error: unknown): error is DiscordAPIError {
  if (!(error instanceof DiscordAPIError)) return false;
  const { code, method } = error;
  const isMalformedId = code === RESTJSONErrorCodes.InvalidFormBodyOrContentType && method === 'GET';
  return isMalformedId || code === RESTJSONErrorCodes.MissingAccess || code === RESTJSONErrorCodes.UnknownGuild;
}
