import { dirname, join } from 'node:path';
import { Client, REST } from 'discord.js';
import type { CommandContext } from './commands/command.ts';
import type { Config } from './config.ts';
import { createDelivery } from './delivery/deliver.ts';
import { listGuilds } from './delivery/guilds.ts';
import { DiscordRoutes } from './delivery/routes.ts';
import { createErrorListener } from './events/client-error.ts';
import { createReadyListener } from './events/client-ready.ts';
import { createInteractionListener } from './events/interaction-create.ts';
import { login } from './events/login.ts';
import { createDisconnectListener } from './events/shard-disconnect.ts';
import type { FatalError } from './fatal.ts';
import { CircuitStore } from './jobs/circuit-store.ts';
import { RenderEstimate } from './jobs/estimate.ts';
import { ImageFiles } from './jobs/image-files.ts';
import { Retention } from './jobs/retention.ts';
import { JobRunner } from './jobs/run.ts';
import { JobStore } from './jobs/store.ts';
import type { Log } from './log.ts';
import { Circuit } from './segmind/circuit.ts';
import { SegmindClient } from './segmind/client.ts';
import { SubmitLimiter } from './segmind/limiter.ts';
import { openDatabase } from './storage/database.ts';
import { parseDatabaseUrl } from './storage/file.ts';
import { now } from './time.ts';

/** For uploads: 25 MiB over a slow line. discord.js's 15 s would cut them off and send them again. */
const REST_TIMEOUT_MS = 60_000;
/** For what discord.js sends by itself: acknowledgements, which Discord takes within 3 s or not at all, and small JSON. */
const CLIENT_TIMEOUT_MS = 5_000;

/** POSTs that settled longer ago no longer count in the budget. */
const BUDGET_WINDOW_MS = 60_250;

export interface Bot {
  /** @throws FatalError when Discord does not let the bot in */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Builds every part of the bot once and connects them.
 * @throws FatalError when the database can't be opened, or another process owns it
 */
export async function createBot(config: Config, log: Log, onFatal: (error: FatalError) => void): Promise<Bot> {
  const database = await openDatabase(config.databaseUrl, { log });
  const store = new JobStore(database);
  const circuitStore = new CircuitStore(database);

  // discord.js would re-send a POST after a time-out, which makes messages twice; what may be repeated is repeated by us.
  const rest = { api: config.discord.apiUrl, timeout: REST_TIMEOUT_MS, retries: 0 };
  const client = new Client({
    intents: [],
    allowedMentions: { parse: [] },
    // A callback that waits for a rate limit comes too late anyway.
    rest: { ...rest, timeout: CLIENT_TIMEOUT_MS, rejectOnRateLimit: ({ route }) => route.endsWith('/callback') },
  });
  // Discord's 50 requests a second count for both: the client's own are few.
  const botRest = new REST({ ...rest, globalRequestsPerSecond: 45 }).setToken(config.discord.token);
  // Discord doesn't count interaction routes in the bot's 50 requests a second.
  const interactionRest = new REST({ ...rest, globalRequestsPerSecond: Number.POSITIVE_INFINITY });

  const segmind = new SegmindClient({
    apiKey: config.segmind.apiKey,
    baseUrl: config.segmind.apiUrl,
    imageHosts: config.segmind.imageHosts,
  });
  const limiter = new SubmitLimiter({
    requestsPerMinute: config.segmind.requestsPerMinute,
    recentSubmitsMs: await store.recentPosts(now() - BUDGET_WINDOW_MS),
    // A blocking call holds its slot until the picture is there.
    ...(config.segmind.mode === 'sync' ? { maxConcurrent: config.segmind.maxInFlight } : {}),
  });
  const circuit = new Circuit({
    getCredits: (options) => segmind.getCredits(options),
    onChange: (state) => {
      if (state.open) log.error({ circuit: state }, 'submits are stopped');
      else log.info('submits go on');
      jobs.onCircuitChange();
      circuitStore.save(state).catch((error: unknown) => log.error({ err: error }, 'the circuit was not stored'));
    },
  });
  circuit.restore(await circuitStore.load());
  const delivery = createDelivery({
    routes: new DiscordRoutes(botRest, interactionRest),
    log,
    onMessages: (job, messageIds) => remember(log, job.id, () => store.setMessages(job.id, messageIds)),
    onRefused: (job, rungs) => remember(log, job.id, () => store.setRefusedRungs(job.id, rungs)),
  });
  const jobs = new JobRunner({
    segmind,
    store,
    imageFiles: new ImageFiles(join(dirname(parseDatabaseUrl(config.databaseUrl)), 'images')),
    delivery,
    limiter,
    circuit,
    estimate: new RenderEstimate(),
    log,
    mode: config.segmind.mode,
    base64: config.segmind.base64,
    requestsPerMinute: config.segmind.requestsPerMinute,
    maxInFlight: config.segmind.maxInFlight,
    queueLimit: config.jobs.queueLimit,
    deadlineMs: config.jobs.deadlineMs,
  });

  const retention = new Retention({
    store,
    log,
    retentionDays: config.jobs.retentionDays,
    listGuilds: () => listGuilds(botRest),
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
    async start() {
      await jobs.resume();
      await login(client, config.discord.token, log);
      retention.start();
    },
    async stop() {
      retention.stop();
      limiter.close();
      circuit.close();
      await jobs.stop();
      await client.destroy();
      await segmind.close();
      await database.close();
    },
  };
}

/** Notes something that helps after a restart, and does without. */
async function remember(log: Log, jobId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ err: error, job: jobId }, 'a detail of a job was not stored');
  }
}
