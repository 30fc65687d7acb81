import { type Client, RateLimitError, Routes } from 'discord.js';
import * as z from 'zod';
import type { Log } from '../log.ts';
import type { OwnShards } from '../shards.ts';
import { retry, wait } from '../time.ts';
import { describeLoginTrouble } from './login-trouble.ts';
import { ownShardsOf } from './own-shards.ts';

/** Discord accepts `max_concurrency` identifies in 5 s; half a second is for the network. */
const IDENTIFY_PAUSE_MS = 5_500;

/** Limits for Discord's `reset_after`, in case it is implausible. */
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

/** Retries until it succeeds, with growing pauses. @throws `signal.reason` when it aborts */
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

/** Waits until Discord allows as many identifies as this process has shards. @returns Discord's last answer */
async function waitForIdentifies(client: Client, parts: LoginParts): Promise<GatewayBot> {
  for (;;) {
    const gateway = await retryUntilConnected(
      async () => gatewayBot.parse(await client.rest.get(Routes.gatewayBot())),
      parts,
    );
    const { remaining, reset_after: resetAfterMs } = gateway.session_start_limit;
    const needed = ownShardsOf(client)?.ids.length ?? gateway.shards;
    if (remaining >= needed) return gateway;
    // With one identify too many, Discord resets the token. @see https://discord.com/developers/docs/events/gateway#identifying
    const waitMs = Math.min(Math.max(resetAfterMs, SHORTEST_RESET_MS), LONGEST_RESET_MS);
    parts.log.error({ remaining, needed, waitMs }, 'login waits: too few identifies left today');
    await wait(waitMs, parts.signal);
  }
}

/** Lets the processes with lower shards identify first: processes don't know when another one does. */
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
 * Connects to Discord; retries until it succeeds. `auto` shards become as many as Discord recommends. An invalid token ends the
 * process: the REST guard finds that out with any request.
 * @throws `signal.reason` when it aborts
 */
export async function login(client: Client, token: string, parts: LoginParts): Promise<void> {
  client.rest.setToken(token);
  const gateway = await waitForIdentifies(client, parts);
  const recommended = gateway.shards;
  const own = ownShardsOf(client) ?? { count: recommended, ids: Array.from({ length: recommended }, (_, id) => id) };
  client.options.shardCount = own.count;
  client.options.shards = own.ids;
  if (own.count < recommended) {
    const facts = { shards: own.count, recommended };
    parts.log.warn(
      facts,
      'too few shards: set DISCORD_SHARD_COUNT to auto, or to the recommended number in all processes',
    );
  }
  await waitForLowerShards(own, gateway.session_start_limit.max_concurrency, parts);
  await retryUntilConnected(() => client.login(token), parts);
}
