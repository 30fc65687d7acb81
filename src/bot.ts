import { join } from 'node:path';
import type { Account, CommandContext } from './commands/command.ts';
import type { Config } from './config.ts';
import { createDelivery } from './delivery/deliver.ts';
import { listGuilds } from './delivery/guilds.ts';
import { createModLog } from './delivery/mod-log.ts';
import { DiscordRoutes } from './delivery/routes.ts';
import { ThreadParents } from './delivery/thread-parents.ts';
import { createConnection } from './events/connection.ts';
import { isGatewayReady } from './events/gateway-ready.ts';
import { listen } from './events/index.ts';
import { login } from './events/login.ts';
import { ownShardsOf } from './events/own-shards.ts';
import type { FatalError } from './fatal.ts';
import { Claims } from './jobs/claims.ts';
import { DepartedGuilds } from './jobs/departed-guilds.ts';
import { RenderEstimate } from './jobs/estimate.ts';
import type { JobEvent } from './jobs/event.ts';
import { SubmitGate } from './jobs/gate.ts';
import { ImageFiles } from './jobs/image-files.ts';
import { hasEnded, type Job, type StateName } from './jobs/job.ts';
import { createJobLog } from './jobs/job-log.ts';
import { OldJobs } from './jobs/old-jobs.ts';
import { untilStored } from './jobs/persist.ts';
import { DAY_MS, Retention } from './jobs/retention.ts';
import { JobRunner } from './jobs/run.ts';
import { Settlements } from './jobs/settlements.ts';
import { StopStore } from './jobs/stops.ts';
import { JobStore } from './jobs/store.ts';
import type { Log } from './log.ts';
import { Circuit } from './segmind/circuit.ts';
import { SegmindClient } from './segmind/client.ts';
import { createSlots } from './segmind/slots.ts';
import { Admission } from './settings/admission.ts';
import { CostEstimate } from './settings/estimate.ts';
import { SettingsStore } from './settings/store.ts';
import { UsageBook } from './settings/usage-book.ts';
import { UsageStore } from './settings/usage-store.ts';
import { findShare, ownsGuild, type ShardOf, shardOf } from './shards.ts';
import { CommandGuilds } from './storage/command-guilds.ts';
import { openDatabase } from './storage/database.ts';
import { probeWrite } from './storage/probe.ts';
import { findDataFolder, IMAGES } from './storage/url.ts';
import { now, within } from './time.ts';

/** How long a stop waits for each of the connections to others. */
const FAREWELL_MS = 2_000;

export interface Bot {
  /** Resolves when the bot is connected. What Discord does not let in for good goes to `onFatal`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Builds every part of the bot once and connects them.
 * @throws FatalError when the database can't be opened, or another process owns it, or one of these shards
 */
export async function createBot(config: Config, log: Log, onFatal: (error: FatalError) => void): Promise<Bot> {
  // Loaded when it is wanted: it takes memory at all times.
  const monitoring = config.http && (await import('./monitoring/index.ts'));
  const metrics = monitoring?.createMetrics();
  const shards = findShare(config.discord);
  const isOwn = (guildId: string | undefined) => ownsGuild(shards, guildId);
  const database = await openDatabase(config.databaseUrl, { shards, log, onFatal });
  const settings = new SettingsStore(database);
  const usageStore = new UsageStore(database);
  const admission = new Admission({
    settings,
    book: new UsageBook(usageStore),
    usageStore,
    costs: new CostEstimate(),
    directMessageImagesPerDay: config.jobs.directMessageImagesPerDay,
    onBudgetWarning: (guildId, warning) => modLog.note(guildId, { kind: 'budget', ...warning }),
  });
  const logJob = createJobLog(log, (guildId) => shardOfGuild(guildId));
  const onJobEvent = (event: JobEvent) => {
    logJob(event);
    metrics?.onJobEvent(event);
  };
  const onStep = (job: Job, from: StateName) => {
    onJobEvent({ name: 'stepped', job, from });
    if (hasEnded(job.state)) onEnded(job);
  };
  const store = new JobStore(database, onStep);
  const stops = new StopStore(database);
  const gate = new SubmitGate(database, stops, onStep);

  const { client, botRest, interactionRest } = createConnection(config.discord, {
    // A process that was frozen, and whose jobs others have taken over meanwhile, would disturb what they show.
    beforeRequest: () => database.ensureAlive(),
    onAnswer: (kind, method, status) => metrics?.onDiscordAnswer(kind, method, status),
    onBlock: (route) => metrics?.onDiscordBlock(route),
    onFatal,
    log,
  });

  const segmind = new SegmindClient({
    apiKey: config.segmind.apiKey,
    baseUrl: config.segmind.apiUrl,
    imageHosts: config.segmind.imageHosts,
    onAnswer: metrics?.onSegmindAnswer,
  });
  const getCredits = async (options?: { signal?: AbortSignal }) => {
    const credits = await segmind.getCredits(options);
    onJobEvent({ name: 'credits_told', creditsUsd: credits.creditsUsd + credits.freeCreditsUsd });
    return credits;
  };
  const slots = await createSlots(config, log);
  const keep = (store: () => Promise<void>) => untilStored(store, log, stopping.signal);
  const noteLoss = (error: unknown) => log.error({ err: error }, 'the circuit was not stored');
  const saveCircuit = () => {
    stops.saveCircuit(circuit.state, circuit.nextTrialMs, keep).catch(noteLoss);
  };
  const circuit = new Circuit({
    getCredits,
    onChange: (state) => {
      if (state.open) log.error({ circuit: state }, 'submits are stopped');
      else log.info('submits go on');
      jobs.onCircuitChange();
      saveCircuit();
    },
    onTrialFailed: saveCircuit,
    onTrialAllowed: () => stops.allowTrial(keep).catch(noteLoss),
  });
  const stopsLeft = await stops.load();
  circuit.restore(stopsLeft.circuit, stopsLeft.nextTrialMs);
  const delivery = createDelivery({
    routes: new DiscordRoutes(botRest, interactionRest),
    log,
    onMessages: (job, messageIds) => remember(log, job.id, () => store.setMessages(job.id, messageIds)),
    onUploads: (job, uploads, messageIds) => remember(log, job.id, () => store.setUploads(job, uploads, messageIds)),
    onRefused: (job, rungs) => remember(log, job.id, () => store.setRefusedRungs(job.id, rungs)),
    onSettled: metrics?.onProgressSettled,
  });
  const modLog = createModLog({
    rest: botRest,
    channelOf: async (guildId) => (await settings.load(guildId)).settings.logChannelId,
    log,
  });
  const shardOfGuild: ShardOf = (guildId) => {
    const own = ownShardsOf(client);
    return own && shardOf(guildId, own.count);
  };
  const stopping = new AbortController();
  const settlements = new Settlements({ ledger: admission, store, log });
  const onEnded = (job: Job) => {
    settlements.settle(job);
    if (job.guildId !== undefined) modLog.note(job.guildId, { kind: 'finished', job });
  };
  const jobs = new JobRunner({
    segmind,
    store,
    claims: new Claims(database, shards),
    stops,
    gate,
    imageFiles: new ImageFiles(join(findDataFolder(config.databaseUrl), IMAGES)),
    delivery,
    slots: slots.supply,
    circuit,
    estimate: new RenderEstimate(),
    onDropped: (job) => settlements.settle(job, { wasAccepted: false }),
    onEvent: onJobEvent,
    log,
    mode: config.segmind.mode,
    base64: config.segmind.base64,
    requestsPerMinute: config.segmind.requestsPerMinute,
    maxInFlight: config.segmind.maxInFlight,
    queueLimit: config.jobs.queueLimit,
    deadlineMs: config.jobs.deadlineMs,
  });

  const oldJobs = new OldJobs(database);
  const departed = new DepartedGuilds(database);
  const retention = new Retention({
    departed,
    records: [oldJobs, settings, usageStore],
    removeOld: [
      (limit) => oldJobs.removeEnded(now() - config.jobs.retentionDays * DAY_MS, limit),
      (limit) => oldJobs.removePosts(now() - DAY_MS, limit),
      (limit) => usageStore.removeOld(now(), limit),
    ],
    log,
    isOwn,
    listGuilds: () => listGuilds(botRest),
  });

  const account: Account = {
    operatorGuildIds: config.discord.operatorGuildIds,
    getCredits: () => getCredits(),
    stopped: () => (circuit.state.open ? circuit.state.reason : undefined),
    async checkAgain() {
      const isOpen = await circuit.checkAgain();
      jobs.onCircuitChange();
      return isOpen;
    },
  };
  const parents = new ThreadParents(botRest);
  const context: CommandContext = {
    findParent: (channelId) => parents.find(channelId),
    jobs,
    admission,
    settings,
    usage: usageStore,
    // Loaded on demand: moderators rarely ask for it.
    renderUsage: async (usage) => (await import('./usage-chart/render-usage-chart.ts')).renderUsageChart(usage),
    account,
    modLog,
    shardOf: shardOfGuild,
    onRefused: (reason) => metrics?.onRefused(reason),
    log,
  };
  const onUse = (guildId: string) => {
    departed
      .noteUse(guildId, now())
      .catch((error: unknown) => log.warn({ err: error, guild: guildId }, 'use of a server not stored'));
  };
  listen(client, {
    context,
    guildId: config.discord.guildId,
    guilds: new CommandGuilds(database),
    onFatal,
    onUse,
    log,
    signal: stopping.signal,
  });

  metrics?.watch({
    load: () => jobs.load,
    circuit: () => circuit.state,
    isGatewayReady: () => isGatewayReady(client),
  });
  let server: { close(): Promise<void> } | undefined;

  return {
    async start() {
      if (config.http && monitoring && metrics) {
        const checks = {
          gateway: () => isGatewayReady(client),
          database: () => probeWrite(database).then(() => true),
          ...(slots.isReachable ? { redis: slots.isReachable } : {}),
        };
        const readiness = new monitoring.Readiness(checks, log);
        server = await monitoring.startServer(config.http, { readiness, metrics, log });
      }
      await settlements.resume(isOwn);
      await jobs.resume();
      try {
        await login(client, config.discord.token, { log, signal: stopping.signal });
      } catch (error) {
        if (stopping.signal.aborted) return;
        throw error;
      }
      retention.start();
    },
    async stop() {
      stopping.abort(new Error('The process is stopping.'));
      await server?.close();
      retention.stop();
      const slotsClosed = Promise.resolve(slots.supply.close());
      circuit.close();
      await jobs.stop();
      settlements.stop();
      // Redis may be away, and a blocking call under way, whose grace is over.
      await within(FAREWELL_MS, slotsClosed);
      await modLog.stop();
      // discord.js waits for what never comes when a shard is just connecting anew.
      await within(FAREWELL_MS, client.destroy());
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
