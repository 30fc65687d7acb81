import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { Account, CommandContext } from './commands/command.ts';
import { ImagePurges } from './commands/image-purges.ts';
import { ImageReports } from './commands/image-reports.ts';
import { DataRequests } from './commands/me/data-requests.ts';
import type { Config } from './config.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import { DiscordRoutes } from './delivery/discord-routes.ts';
import { discordImageHosts } from './delivery/image-hosts.ts';
import { ImageShares } from './delivery/image-shares.ts';
import { listGuilds } from './delivery/list-guilds.ts';
import { PreviewLoader } from './delivery/preview-loader.ts';
import { Previews } from './delivery/previews.ts';
import { ThreadParents } from './delivery/thread-parents.ts';
import { createConnection } from './events/connection.ts';
import { isGatewayReady } from './events/gateway-ready.ts';
import { listen } from './events/index.ts';
import { login } from './events/login.ts';
import { ownShardsOf } from './events/own-shards.ts';
import type { FatalError } from './fatal.ts';
import { createJobs } from './jobs/create-jobs.ts';
import { DeliveryRecords } from './jobs/delivery-records.ts';
import { Drafts } from './jobs/drafts.ts';
import { JobEvents } from './jobs/events.ts';
import { hasEnded } from './jobs/job.ts';
import { JobFinder } from './jobs/job-finder.ts';
import { createJobLog } from './jobs/job-log.ts';
import { MemberImages } from './jobs/member-images.ts';
import { Shares } from './jobs/shares.ts';
import { ImageFiles } from './jobs/stages/image-files.ts';
import { JobStore } from './jobs/store.ts';
import { ChargeRecorder } from './jobs/upkeep/charge-recorder.ts';
import { DepartedGuilds } from './jobs/upkeep/departed-guilds.ts';
import { OldJobs } from './jobs/upkeep/old-jobs.ts';
import { DAY_MS, Retention } from './jobs/upkeep/retention.ts';
import type { Log } from './log.ts';
import { createModLog } from './mod-log/mod-log.ts';
import { exportPerson } from './people/export-person.ts';
import { PersonEraser } from './people/person-eraser.ts';
import { SegmindClient } from './segmind/client.ts';
import { ImageDownloadFailed } from './segmind/errors.ts';
import { Admission } from './settings/admission.ts';
import { CostEstimate } from './settings/estimate.ts';
import { NO_LIMIT } from './settings/limits.ts';
import { OldSettings } from './settings/old-settings.ts';
import { PreferenceStore } from './settings/preference-store.ts';
import { SettingsStore } from './settings/store.ts';
import { UsageCache } from './settings/usage-cache.ts';
import { UsageStore } from './settings/usage-store.ts';
import { findShardSubset, ownsGuild, type ShardOf, shardOf } from './shards.ts';
import { CommandGuilds } from './storage/command-guilds.ts';
import { openDatabase } from './storage/database.ts';
import { probeWrite } from './storage/probe-write.ts';
import { findDataFolder, IMAGES_FOLDER } from './storage/url.ts';
import { now, within } from './time.ts';

/** How long a stop waits for Discord's client. */
const DISCONNECT_TIMEOUT_MS = 2_000;
/** How long requests with a star are kept, unless all are kept longer. */
const STARRED_DAYS = 400;
/** How long undelivered images are kept that Segmind doesn't keep. */
const UNDELIVERED_DAYS = 7;

export interface Bot {
  /** Resolves when the bot is connected. If Discord refuses it for good, `onFatal` is called. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Builds every part of the bot once and connects them.
 * @throws FatalError when the database can't be opened, or another process owns it, or one of these shards
 */
export async function createBot(config: Config, log: Log, onFatal: (error: FatalError) => void): Promise<Bot> {
  const stopping = new AbortController();
  const { signal } = stopping;
  // Many parts listen to this signal, and Node takes more than ten listeners for a leak.
  setMaxListeners(0, signal);
  // Loaded only if configured: it takes memory.
  const monitoring = config.http && (await import('./monitoring/index.ts'));
  const metrics = monitoring?.createMetrics();
  const shards = findShardSubset(config.discord);
  const isOwn = (guildId: string | undefined) => ownsGuild(shards, guildId);
  const database = await openDatabase(config.databaseUrl, { shards, log, onFatal });

  const { client, botRest, interactionRest } = createConnection(config.discord, {
    // After a freeze, other processes may own this one's jobs, and its requests would overwrite their messages.
    beforeRequest: () => database.ensureAlive(),
    onAnswer: (kind, method, status) => metrics?.onDiscordAnswer(kind, method, status),
    onBlock: (route) => metrics?.onDiscordBlock(route),
    onFatal,
    log,
  });
  const shardOfGuild: ShardOf = (guildId) => {
    const own = ownShardsOf(client);
    return own && shardOf(guildId, own.count);
  };

  const settings = new SettingsStore(database);
  const preferences = new PreferenceStore(database, log);
  const usageStore = new UsageStore(database);
  const channelOf = async (guildId: string) => (await settings.load(guildId)).settings.logChannelId;
  const previews = new Previews({ isWanted: async (guildId) => (await channelOf(guildId)) !== undefined, log });
  const modLog = createModLog({
    rest: botRest,
    channelOf,
    takePreview: (jobId) => previews.take(jobId),
    log,
  });
  const admission = new Admission({
    settings,
    cache: new UsageCache(usageStore, database),
    usageStore,
    costs: new CostEstimate(),
    operatorLimits: config.operatorLimits,
    directMessageImagesPerDay: config.jobs.directMessageImagesPerDay,
    onBudgetWarning: (guildId, warning) => modLog.note(guildId, { kind: 'budget', ...warning }),
    log,
  });

  const events = new JobEvents();
  const store = new JobStore(database, { log, onStep: (job, from) => events.emit({ name: 'stepped', job, from }) });
  const charges = new ChargeRecorder({ usage: admission, store, log });
  events.add(createJobLog(log, shardOfGuild));
  if (metrics) events.add(metrics.onJobEvent);
  events.add((event) => {
    if (event.name !== 'stepped' || !hasEnded(event.job.state)) return;
    charges.record(event.job);
    if (event.job.guildId !== undefined) modLog.note(event.job.guildId, { kind: 'finished', job: event.job });
  });

  const segmind = new SegmindClient({
    apiKey: config.segmind.apiKey,
    baseUrl: config.segmind.apiUrl,
    imageHosts: config.segmind.imageHosts,
    onAnswer: metrics?.onSegmindAnswer,
  });
  const getCredits = async (options?: { signal?: AbortSignal }) => {
    const credits = await segmind.getCredits(options);
    events.emit({ name: 'credits_reported', creditsUsd: credits.creditsUsd + credits.freeCreditsUsd });
    return credits;
  };
  const imageFiles = new ImageFiles(join(findDataFolder(config.databaseUrl), IMAGES_FOLDER));
  const routes = new DiscordRoutes(botRest, interactionRest);
  const records = new DeliveryRecords(database, log);
  const delivery = createDelivery({
    routes,
    log,
    onMessages: (job, messageIds) => records.setMessages(job, messageIds),
    onUploads: (job, uploads, shown) => records.setUploads(job, uploads, shown),
    onRefused: (job, routes) => records.setRefusedRoutes(job, routes),
    onImages: (job, images) => void previews.add(job, images),
    onEnded: metrics?.onProgressEnded,
  });
  const jobs = createJobs({
    config,
    database,
    store,
    segmind,
    getCredits,
    delivery,
    imageFiles,
    shards,
    events,
    onDropped: (job) => charges.record(job, { wasAccepted: false }),
    log,
    signal,
  });

  const imageHosts = discordImageHosts(config.discord.apiUrl);
  const loadImage = (url: string, options: { maxBytes?: number; signal?: AbortSignal } = {}) =>
    segmind.downloadImage(url, { imageHosts, signal, ...options }).catch((error: unknown) => {
      if (!(error instanceof ImageDownloadFailed)) throw error;
      // Without the address: it may lead to a private image.
      log.warn({ reason: error.reason }, 'image not loaded from Discord');
      return undefined;
    });
  const previewLoader = new PreviewLoader({ routes, loadImage, log, signal });
  const imageShares = new ImageShares({
    routes,
    shares: new Shares(database, { log, signal }),
    loadImage,
    onShared(job, images) {
      void previews.add(job, images);
      if (job.guildId !== undefined) modLog.note(job.guildId, { kind: 'finished', job });
    },
    log,
    signal,
  });

  const starredDays = Math.max(config.jobs.retentionDays, STARRED_DAYS);
  const oldJobs = new OldJobs(database);
  const removeFiles = (limit: number) =>
    imageFiles.removeUnneeded(now() - UNDELIVERED_DAYS * DAY_MS, limit, (jobId) => oldJobs.statusOf(jobId));
  const eraser = new PersonEraser({
    database,
    cancel: (jobId, userId) => jobs.runner.cancel(jobId, userId),
    removeFiles: () => removeFiles(Number.POSITIVE_INFINITY),
    log,
  });
  const departed = new DepartedGuilds(database);
  const oldSettings = new OldSettings(database);
  const drafts = new Drafts(database);
  const retention = new Retention({
    departed,
    records: [oldJobs, settings, usageStore],
    removeOld: [
      (limit) => oldJobs.removeEnded(now() - config.jobs.retentionDays * DAY_MS, limit),
      (limit) => oldJobs.removeStarred(now() - starredDays * DAY_MS, limit),
      (limit) => oldJobs.removePosts(now() - DAY_MS, limit),
      (limit) => drafts.removeOld(limit),
      (limit) => usageStore.removeOld(now(), limit),
      (limit) => oldSettings.removeHistory(now(), limit),
      (limit) => preferences.removeUnused(now(), limit),
      () => oldSettings.removeEndedBlocks(now()).then(() => 0),
      removeFiles,
    ],
    scrub: () => database.scrub(),
    listGuilds: () => listGuilds(botRest),
    isOwn,
    log,
  });

  const account: Account = {
    operatorGuildIds: config.discord.operatorGuildIds,
    budgetUsdPerDay: config.operatorLimits.dayUsd,
    getCredits: () => getCredits(),
    stopped: () => (jobs.circuit.state.open ? jobs.circuit.state.reason : undefined),
    checkAgain: () => jobs.circuit.checkAgain(),
  };
  const parents = new ThreadParents(botRest);
  const jobFinder = new JobFinder(database);
  const memberImages = new MemberImages(database, starredDays);
  const context: CommandContext = {
    findParent: (channelId) => parents.find(channelId),
    jobs: jobs.runner,
    jobFinder,
    memberImages,
    imageShares,
    loadPreview: (job) => previewLoader.load(job),
    criticalWork: jobs.criticalWork,
    drafts,
    imagePurges: new ImagePurges({ rest: botRest, finder: jobFinder, memberImages, log }),
    imageReports: new ImageReports(),
    admission,
    settings,
    preferences,
    usage: usageStore,
    // Loaded on demand: moderators rarely ask for it.
    renderUsage: async (usage) => (await import('./usage-chart/render-usage-chart.ts')).renderUsageChart(usage),
    account,
    people: {
      exportData: (userId, room) => exportPerson(database.db, userId, room),
      erase: (userId) => eraser.erase(userId),
    },
    dataRequests: new DataRequests(),
    modLog,
    shardOf: shardOfGuild,
    onRefused: (reason) => metrics?.onRefused(reason),
    log,
  };
  const onUse = (guildId: string) => {
    departed
      .noteUse(guildId, now())
      .catch((error: unknown) => log.warn({ err: error, guild: guildId }, 'server use not stored'));
  };
  const guilds = new CommandGuilds(database);
  listen(client, { context, guildId: config.discord.guildId, guilds, onFatal, onUse, log, signal });

  metrics?.watch({
    load: () => jobs.runner.load,
    circuit: () => jobs.circuit.state,
    isGatewayReady: () => isGatewayReady(client),
    budget: () => ({
      spentUsd: Number.NaN,
      reservedUsd: Number.NaN,
      ...admission.spendingEverywhere(),
      limitUsd: limitOf(config.operatorLimits.dayUsd),
    }),
    maxGuildSpending: async () => (await admission.maxGuildSpending()) ?? Number.NaN,
    guildLimitUsd: limitOf(config.operatorLimits.guildDayUsd),
  });
  let server: { close(): Promise<void> } | undefined;

  return {
    async start() {
      if (config.http && monitoring && metrics) {
        const checks = {
          gateway: () => isGatewayReady(client),
          database: () => probeWrite(database).then(() => true),
        };
        const readiness = new monitoring.Readiness(checks, log);
        server = await monitoring.startServer(config.http, { readiness, metrics, log });
      }
      await preferences.start();
      await charges.resume(isOwn);
      await jobs.runner.resume();
      imageShares.resume(isOwn).catch((error: unknown) => log.warn({ err: error }, 'unfinished shares not resumed'));
      eraser.start();
      try {
        await login(client, config.discord.token, { log, signal });
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      retention.start();
    },
    async stop() {
      stopping.abort(new Error('The process is stopping.'));
      await server?.close();
      retention.stop();
      eraser.stop();
      await jobs.stop();
      charges.stop();
      await modLog.stop();
      // While a shard is reconnecting, discord.js would wait for ever.
      await within(DISCONNECT_TIMEOUT_MS, client.destroy());
      await segmind.close();
      await database.close();
    },
  };
}

/** A budget as metrics show it. */
const limitOf = (budgetUsd: number) => (budgetUsd === NO_LIMIT ? Number.POSITIVE_INFINITY : budgetUsd);
