import { Client, REST } from 'discord.js';
import type { Config } from '../config.ts';
import { findOwnShards } from '../shards.ts';
import { createRefusalMemory } from './remember-refusals.ts';
import { createRestGuard, type RestGuardParts } from './rest/guard.ts';

/** For uploads of 25 MiB over a slow connection. With discord.js's 15 s they would be aborted and sent again. */
const REST_TIMEOUT_MS = 60_000;
/** For what discord.js sends by itself: acknowledgements, which have 3 s, and small JSON. */
const CLIENT_TIMEOUT_MS = 5_000;

/**
 * Discord allows 50 for all processes of a bot together; the rest is for the few requests with the bot's token that the client sends.
 * @see https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
 */
const BOT_REQUESTS_PER_SECOND = 45;

/** The clients for Discord; they differ in how long their requests may wait. */
export interface Connection {
  /** Receives events and answers interactions, which Discord doesn't count in the bot's 50 requests a second. */
  readonly client: Client;
  /** With the bot's token. */
  readonly botRest: REST;
  /** With an interaction's token: these requests don't count either. */
  readonly interactionRest: REST;
}

/** discord.js keeps a queue of about 1 KiB for each interaction's token, and by default removes idle ones only every hour. */
const FORGET_QUEUES_MS = 5 * 60_000;

/** Makes the client and two REST clients beside it, all behind one guard; connects nothing yet. */
export function createConnection(config: Config['discord'], parts: Omit<RestGuardParts, 'apiUrl'>): Connection {
  const own = findOwnShards(config);
  const guard = createRestGuard({ ...parts, apiUrl: config.apiUrl });
  // Outermost, and one for all clients: what it remembers is sent by none of them.
  const remember = createRefusalMemory();
  const guarded = (kind: string) => {
    const options = guard(kind);
    return { ...options, makeRequest: remember(options.makeRequest) };
  };
  // discord.js would re-send a POST after a time-out, which makes messages twice; what may be repeated is repeated by us.
  const rest = { api: config.apiUrl, timeout: REST_TIMEOUT_MS, retries: 0, handlerSweepInterval: FORGET_QUEUES_MS };
  const client = new Client({
    intents: [],
    // `auto` becomes a number when Discord has been asked, at the login.
    ...(own ? { shards: own.ids, shardCount: own.count } : { shards: 'auto', shardCount: 1 }),
    allowedMentions: { parse: [] },
    rest: {
      ...rest,
      ...guarded('client'),
      timeout: CLIENT_TIMEOUT_MS,
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    },
  });
  const botRequestsPerSecond = own
    ? Math.max(1, Math.floor((BOT_REQUESTS_PER_SECOND * own.ids.length) / own.count))
    : BOT_REQUESTS_PER_SECOND;
  const botRest = new REST({ ...rest, ...guarded('bot'), globalRequestsPerSecond: botRequestsPerSecond });
  return {
    client,
    botRest: botRest.setToken(config.token),
    interactionRest: new REST({
      ...rest,
      ...guarded('interaction'),
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    }),
  };
}
