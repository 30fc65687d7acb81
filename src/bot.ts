import { Client, REST } from 'discord.js';
import type { CommandContext } from './commands/command.ts';
import type { Config } from './config.ts';
import { createDelivery } from './delivery/deliver.ts';
import { DiscordRoutes } from './delivery/routes.ts';
import { createErrorListener } from './events/client-error.ts';
import { createReadyListener } from './events/client-ready.ts';
import { createInteractionListener } from './events/interaction-create.ts';
import { login } from './events/login.ts';
import { createDisconnectListener } from './events/shard-disconnect.ts';
import type { FatalError } from './fatal.ts';
import { MemoryJobStore } from './jobs/memory-store.ts';
import { JobRunner } from './jobs/run.ts';
import type { Log } from './log.ts';
import { Circuit } from './segmind/circuit.ts';
import { SegmindClient } from './segmind/client.ts';
import { SubmitLimiter } from './segmind/limiter.ts';

/** For uploads: 25 MiB over a slow line. discord.js's 15 s would cut them off and send them again. */
const REST_TIMEOUT_MS = 60_000;

export interface Bot {
  /** @throws FatalError when Discord does not let the bot in */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds every part of the bot once and connects them. */
export function createBot(config: Config, log: Log, onFatal: (error: FatalError) => void): Bot {
  // discord.js would re-send a POST after a time-out, which makes messages twice; what may be repeated is repeated by us.
  const rest = { api: config.discord.apiUrl, timeout: REST_TIMEOUT_MS, retries: 0 };
  const client = new Client({
    intents: [],
    allowedMentions: { parse: [] },
    // A callback that waits for a rate limit comes too late anyway.
    rest: { ...rest, rejectOnRateLimit: ({ route }) => route.endsWith('/callback') },
  });
  // Discord doesn't count interaction routes in the bot's 50 requests a second.
  const interactionRest = new REST({ ...rest, globalRequestsPerSecond: Number.POSITIVE_INFINITY });

  const segmind = new SegmindClient({
    apiKey: config.segmind.apiKey,
    baseUrl: config.segmind.apiUrl,
    imageHosts: config.segmind.imageHosts,
  });
  const limiter = new SubmitLimiter({
    requestsPerMinute: config.segmind.requestsPerMinute,
    // A blocking call holds its slot until the picture is there.
    ...(config.segmind.mode === 'sync' ? { maxConcurrent: config.segmind.maxInFlight } : {}),
  });
  const circuit = new Circuit({
    getCredits: (options) => segmind.getCredits(options),
    onChange: (state) => {
      log.error({ circuit: state }, state.open ? 'submits are stopped' : 'submits go on');
      jobs.onCircuitChange();
    },
  });
  const store = new MemoryJobStore();
  const delivery = createDelivery({
    routes: new DiscordRoutes(client.rest, interactionRest),
    log,
    onMessage: (job, messageId) => store.setMessages(job.id, [messageId]),
  });
  const jobs = new JobRunner({
    segmind,
    store,
    delivery,
    limiter,
    circuit,
    log,
    mode: config.segmind.mode,
    base64: config.segmind.base64,
    requestsPerMinute: config.segmind.requestsPerMinute,
    maxInFlight: config.segmind.maxInFlight,
    queueLimit: config.jobs.queueLimit,
    deadlineMs: config.jobs.deadlineMs,
  });

  const context: CommandContext = { jobs, log };
  const ready = createReadyListener({ log, guildId: config.discord.guildId });
  const interactionCreate = createInteractionListener(context);
  const clientError = createErrorListener(log);
  const shardDisconnect = createDisconnectListener(onFatal);
  client.once(ready.event, ready.listener);
  client.on(interactionCreate.event, interactionCreate.listener);
  client.on(clientError.event, clientError.listener);
  client.on(shardDisconnect.event, shardDisconnect.listener);

  return {
    start: () => login(client, config.discord.token, log),
    async stop() {
      jobs.stop();
      limiter.close();
      circuit.close();
      await client.destroy();
      await segmind.close();
    },
  };
}
