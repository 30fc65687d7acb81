import { type Client, RateLimitError, Routes } from 'discord.js';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { OwnShards } from '../shards.ts';
import { retry, wait } from '../time.ts';
import { describeLoginTrouble } from './login-trouble.ts';
import { ownShardsOf } from './own-shards.ts';

/** Discord lets one shard in within 5 s, or one for each remainder of `max_concurrency`; half a second for the way there. */
const IDENTIFY_PAUSE_MS = 5_500;

/** Of how long the limit of identifies lasts only what makes sense is believed. */
const SHORTEST_RESET_MS = 1_000;
const LONGEST_RESET_MS = 86_400_000;

/** @see https://discord.com/developers/docs/events/gateway#get-gateway-bot */
const gatewayBot = z.object({
  shards: z.int().min(1),
  session_start_limit: z.object({
    remaining: z.int(),
    /** Milliseconds. */
    reset_after: z.number(),
    max_concurrency: z.int().min(1),
  }),
});
type GatewayBot = z.output<typeof gatewayBot>;

interface LoginParts {
  readonly log: Log;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

/** While Discord has trouble, tries again and again with growing pauses. @throws `signal.reason` when it aborts */
async function retryUntilConnected<T>(attempt: () => Promise<T>, { log, signal }: LoginParts): Promise<T> {
  signal.throwIfAborted();
  return retry(attempt, {
    signal,
    firstPauseMs: 1_000,
    longestPauseMs: 60_000,
    pauseFor: (error, growingMs) => Math.max(growingMs, error instanceof RateLimitError ? error.retryAfter : 0),
    onRetry: (error, waitMs) => {
      const { message, facts } = describeLoginTrouble(error);
      log.error({ ...facts, waitMs }, message);
    },
  });
}

/** Asks what Discord recommends and allows, until it allows as many identifies as this process has shards. */
async function waitForIdentifies(client: Client, parts: LoginParts): Promise<GatewayBot> {
  for (;;) {
    const told = await retryUntilConnected(
      async () => gatewayBot.parse(await client.rest.get(Routes.gatewayBot())),
      parts,
    );
    const { remaining, reset_after: resetAfterMs } = told.session_start_limit;
    const needed = ownShardsOf(client)?.ids.length ?? told.shards;
    if (remaining >= needed) return told;
    // One too many, and Discord resets the token. @see https://discord.com/developers/docs/events/gateway#identifying
    const waitMs = Math.min(Math.max(resetAfterMs, SHORTEST_RESET_MS), LONGEST_RESET_MS);
    parts.log.error(
      { remaining, needed, waitMs },
      'too few identifies are left today: the login waits for the next ones',
    );
    await wait(waitMs, parts.signal);
  }
}

/** Lets the processes for lower shards go first: none of them knows when another identifies. */
async function waitForLowerShards(
  { ids }: OwnShards,
  maxConcurrency: number,
  { log, signal }: LoginParts,
): Promise<void> {
  const waitMs = (Math.min(...ids) * IDENTIFY_PAUSE_MS) / maxConcurrency;
  if (waitMs === 0) return;
  log.info({ shards: ids, waitMs }, 'waiting for lower shards to connect');
  await wait(waitMs, signal);
}

/**
 * Connects to Discord; while Discord has trouble, again and again with growing pauses. `auto` shards become as many as
 * Discord recommends. A token that is not valid ends the process: every request finds that out.
 * @throws `signal.reason` when the signal aborts
 */
export async function login(client: Client, token: string, parts: LoginParts): Promise<void> {
  client.rest.setToken(token);
  const told = await waitForIdentifies(client, parts);
  const recommended = told.shards;
  const own = ownShardsOf(client) ?? { count: recommended, ids: Array.from({ length: recommended }, (_, id) => id) };
  client.options.shardCount = own.count;
  client.options.shards = own.ids;
  if (own.count < recommended) {
    const facts = { shards: own.count, recommended };
    parts.log.warn(
      facts,
      'Discord recommends more shards: set DISCORD_SHARD_COUNT to auto, or to as many in all processes',
    );
  }
  await waitForLowerShards(own, told.session_start_limit.max_concurrency, parts);
  await retryUntilConnected(() => client.login(token), parts);
}
