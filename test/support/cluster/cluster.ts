import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type BotProcess, startBot } from '../../../sandbox/bot.ts';
import { DiscordSandbox } from '../../../sandbox/discord/index.ts';
import { UNLIMITED_ENV } from '../../../sandbox/seed-settings.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../../../sandbox/segmind/index.ts';
import { parseShardIds } from '../../../src/shards.ts';
import { pause } from '../pause.ts';
import { newSchemaUrl } from '../postgres/admin.ts';
import { ClusterGuilds } from './cluster-guilds.ts';

/** The processes of a cluster, each named by its DISCORD_SHARD_IDS. */
export interface Layout {
  readonly shardCount: number;
  readonly processes: readonly string[];
}

const THREE: Layout = { shardCount: 3, processes: ['0', '1', '2'] };
export const FIVE: Layout = { shardCount: 5, processes: ['0', '1', '2', '3', '4'] };

export interface Cluster {
  readonly discord: DiscordSandbox;
  readonly segmind: SegmindSandbox;
  readonly guilds: ClusterGuilds;
  readonly databaseUrl: string;
  /** Every process that was started, also those that have ended. */
  readonly started: readonly BotProcess[];
  /** The latest process of these shards. */
  bot(shardIds: string): BotProcess;
  /** Ends a process by SIGKILL. */
  kill(shardIds: string): Promise<void>;
  /** Starts another process, in a folder of its own, which may end in any way. */
  launch(shardIds: string, env?: Readonly<Record<string, string>>): BotProcess;
  /** Starts a process in the folder of its predecessor, as a supervisor does: retries until it is ready. */
  restart(shardIds: string): Promise<BotProcess>;
  /** Allows a process to end in any way. */
  allowAnyExit(bot: BotProcess): void;
  /** Ends all processes by SIGTERM, and then starts others. */
  change(layout: Layout): Promise<void>;
  /** Ends all processes by SIGTERM; fails if any process broke a rule. */
  close(): Promise<void>;
}

interface ClusterOptions {
  readonly segmind?: SegmindSandboxOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** The database URL of a process; default: the direct one. */
  readonly databaseUrlOf?: (shardIds: string, databaseUrl: string) => Promise<string>;
  /** Two processes may be connected for the same shard: one of them is frozen. */
  readonly mayOverlap?: boolean;
  /** How many servers to make before the first process starts, besides the sandbox's own; default none. */
  readonly servers?: number;
}

/** A supervisor's pause between two starts. */
const PAUSE_MS = 1_000;
const STARTS = 40;

/**
 * Three processes of the built bot, with a shard each, over one Postgres, between stand-ins of Discord and Segmind.
 * All of it ends with the test.
 */
export async function openCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const databaseUrl = await newSchemaUrl();
  const discord = await DiscordSandbox.start({ shards: THREE.shardCount, maxConcurrency: 16 });
  onTestFinished(() => discord.close());
  const segmind = await SegmindSandbox.start({
    queueMs: 50,
    renderMs: 100,
    requestsPerMinute: 600,
    ...options.segmind,
  });
  onTestFinished(() => segmind.close());
  const guilds = new ClusterGuilds(discord);
  guilds.createGuilds(options.servers ?? 0);

  const folders = new Map<string, string>();
  const started: BotProcess[] = [];
  const latest = new Map<string, BotProcess>();
  const shardsOf = new Map<BotProcess, readonly number[] | undefined>();
  /** Processes that may end in any way. */
  const unchecked = new Set<BotProcess>();
  let { shardCount } = THREE;
  onTestFinished(async () => {
    for (const bot of started) bot.kill();
    await Promise.all(started.map(({ exited }) => exited));
    for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
  });

  const folderOf = (shardIds: string) => {
    const folder = folders.get(shardIds) ?? mkdtempSync(join(tmpdir(), 'timeless-cluster-'));
    folders.set(shardIds, folder);
    return folder;
  };
  const spawnBot = (shardIds: string, env: Readonly<Record<string, string>>, folder?: string) => {
    const bot = startBot({
      discord,
      segmind,
      ...(folder === undefined ? {} : { folder }),
      env: {
        DATABASE_URL: databaseUrl,
        DISCORD_SHARD_COUNT: String(shardCount),
        DISCORD_SHARD_IDS: shardIds,
        SEGMIND_REQUESTS_PER_MINUTE: String(options.segmind?.requestsPerMinute ?? 600),
        ...UNLIMITED_ENV,
        OPERATOR_GUILD_IDS: discord.guild.id,
        ...options.env,
        ...env,
      },
    });
    started.push(bot);
    shardsOf.set(bot, parseShardIds(shardIds));
    return bot;
  };
  const start = async (shardIds: string): Promise<BotProcess> => {
    const ownUrl = (await options.databaseUrlOf?.(shardIds, databaseUrl)) ?? databaseUrl;
    const bot = spawnBot(shardIds, { DATABASE_URL: ownUrl }, folderOf(shardIds));
    latest.set(shardIds, bot);
    await bot.ready;
    return bot;
  };
  const restart = async (shardIds: string): Promise<BotProcess> => {
    for (let left = STARTS; ; left -= 1) {
      try {
        return await start(shardIds);
      } catch (error) {
        unchecked.add(bot(shardIds));
        if (left === 1) throw error;
        await pause(PAUSE_MS);
      }
    }
  };
  const startAll = async (processes: readonly string[]) => {
    await Promise.all(processes.map((shardIds) => start(shardIds)));
    if (processes.includes('0')) await discord.waitFor(() => discord.commands.length > 0);
  };
  const stopAll = async () => {
    const running = [...latest.values()].filter((bot) => bot.isRunning);
    const codes = await Promise.all(running.map((bot) => bot.stop()));
    latest.clear();
    expect(codes).toEqual(running.map(() => 0));
  };
  const bot = (shardIds: string) => {
    const found = latest.get(shardIds);
    if (!found) throw new Error(`no process for the shards ${shardIds}`);
    return found;
  };

  await startAll(THREE.processes);
  return {
    discord,
    segmind,
    guilds,
    databaseUrl,
    started,
    bot,
    async kill(shardIds) {
      const killed = bot(shardIds);
      killed.kill();
      await killed.exited;
    },
    launch(shardIds, env = {}) {
      const launched = spawnBot(shardIds, env);
      unchecked.add(launched);
      return launched;
    },
    restart,
    allowAnyExit: (one) => void unchecked.add(one),
    async change(next) {
      await stopAll();
      shardCount = next.shardCount;
      await startAll(next.processes);
    },
    async close() {
      await stopAll();
      expect(discord.violations).toEqual([]);
      expect(segmind.violations).toEqual([]);
      if (!options.mayOverlap) expect(discord.gateway.overlaps).toEqual([]);
      // No process runs another one's job.
      const strayed = started.flatMap((one) =>
        one.log.filter(({ job, shard }) => job !== undefined && !shardsOf.get(one)?.includes(Number(shard))),
      );
      expect(strayed.filter(({ shard }) => shard !== undefined)).toEqual([]);
      const judged = started.filter((one) => !unchecked.has(one));
      expect(judged.map(({ stderr }) => stderr).join('')).toBe('');
    },
  };
}
