import { type Client, DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, Routes } from 'discord.js';
import { z } from 'zod';
import { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import { wait } from '../time.ts';

const LONGEST_PAUSE_MS = 60_000;

/** @see https://discord.com/developers/docs/events/gateway#get-gateway-bot */
const gatewayBot = z.object({ shards: z.int().min(1) });

function fatalReason(error: unknown): string | undefined {
  const isInvalidToken =
    (error instanceof DiscordAPIError && error.status === 401) ||
    (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid);
  if (isInvalidToken) return 'the bot token is not valid. Copy it again from the Developer Portal into DISCORD_TOKEN.';
  return undefined;
}

/** While Discord has trouble, tries again and again with growing pauses. @throws FatalError when only the operator can help */
async function insist<T>(attempt: () => Promise<T>, log: Log): Promise<T> {
  for (let pauseMs = 1_000; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const reason = fatalReason(error);
      if (reason) throw new FatalError(`Discord does not let the bot in: ${reason}`);
      log.error({ err: error, pauseMs }, 'the login failed and is tried again');
      await wait(pauseMs);
    }
  }
}

/**
 * Connects to Discord; while Discord has trouble, again and again with growing pauses. `auto` shards become as many as
 * Discord recommends.
 * @throws FatalError when only the operator can help
 */
export async function login(client: Client, token: string, log: Log): Promise<void> {
  const recommended = await insist(async () => {
    client.rest.setToken(token);
    return gatewayBot.parse(await client.rest.get(Routes.gatewayBot())).shards;
  }, log);
  const { options } = client;
  if (options.shards === 'auto') {
    options.shardCount = recommended;
    options.shards = Array.from({ length: recommended }, (_, index) => index);
  } else if ((options.shardCount ?? 1) < recommended) {
    const shards = options.shardCount;
    log.warn({ shards, recommended }, 'Discord recommends more shards: set DISCORD_SHARD_COUNT to auto');
  }
  await insist(() => client.login(token), log);
}
