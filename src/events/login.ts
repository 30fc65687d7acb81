import { type Client, DiscordAPIError, DiscordjsError, DiscordjsErrorCodes } from 'discord.js';
import { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import { wait } from '../time.ts';

const LONGEST_PAUSE_MS = 60_000;

function fatalReason(error: unknown): string | undefined {
  const isInvalidToken =
    (error instanceof DiscordAPIError && error.status === 401) ||
    (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid);
  if (isInvalidToken) return 'the bot token is not valid. Copy it again from the Developer Portal into DISCORD_TOKEN.';
  return undefined;
}

/**
 * Connects to Discord; while Discord has trouble, again and again with growing pauses.
 * @throws FatalError when only the operator can help
 */
export async function login(client: Client, token: string, log: Log): Promise<void> {
  for (let pauseMs = 1_000; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      await client.login(token);
      return;
    } catch (error) {
      const reason = fatalReason(error);
      if (reason) throw new FatalError(`Discord does not let the bot in: ${reason}`);
      log.error({ err: error, pauseMs }, 'the login failed and is tried again');
      await wait(pauseMs);
    }
  }
}
