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
import { Crowd } from './guilds.ts';

/** Which processes there are: each is named by the shards that it owns, in the words of DISCORD_SHARD_IDS. */
export interface Layout {
  readonly shardCount: number;
  readonly processes: readonly string[];
}

const THREE: Layout = { shardCount: 3, processes: ['0', '1', '2'] };
export const FIVE: Layout = { shardCount: 5, processes: ['0', '1', '2', '3', '4'] };

export interface Cluster {
  readonly discord: DiscordSandbox;
  readonly segmind: SegmindSandbox;
  readonly crowd: Crowd;
  readonly databaseUrl: string;
  /** Every process so far, also those that have ended. */
  readonly started: readonly BotProcess[];
  /** The latest process of these shards. */
  bot(shardIds: string): BotProcess;
  /** Ends a process by SIGKILL. */
  kill(shardIds: string): Promise<void>;
  /** Starts one more process, in a folder of its own, which may end as it likes. */
  launch(shardIds: string, env?: Readonly<Record<string, string>>): BotProcess;
  /** Starts a process in the folder of its predecessor, as a supervisor does: again and again until it is ready. */
  revive(shardIds: string): Promise<BotProcess>;
  /** From now on this process may end as it likes, and say why. */
  forgive(bot: BotProcess): void;
  /** Ends all processes by SIGTERM, and then starts others. */
  change(layout: Layout): Promise<void>;
  /** Ends all processes by SIGTERM; fails when one of them, or one that was replaced, did anything that it must not. */
  close(): Promise<void>;
}

interface ClusterOptions {
  readonly segmind?: SegmindSandboxOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** The way to the database that a process takes; default: the direct one. */
  readonly databaseUrlOf?: (shardIds: string, databaseUrl: string) => Promise<string>;
  /** Two processes may be connected for the same shard: one of them is frozen. */
  readonly mayOverlap?: boolean;
  /** How many servers there are before the first process starts; default none but the sandbox's own. */
  readonly servers?: number;
}

/** A supervisor's pause, so that a process that is refused doesn't use the machine up. */
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
  const crowd = new Crowd(discord);
  crowd.found(options.servers ?? 0);

  const folders = new Map<string, string>();
  const started: BotProcess[] = [];
  const latest = new Map<string, BotProcess>();
  const shardsOf = new Map<BotProcess, readonly number[] | undefined>();
  /** May end in any way. */
  const forgiven = new Set<BotProcess>();
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
  const revive = async (shardIds: string): Promise<BotProcess> => {
    for (let left = STARTS; ; left -= 1) {
      try {
        return await start(shardIds);
      } catch (error) {
        forgiven.add(bot(shardIds));
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
    crowd,
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
      forgiven.add(launched);
      return launched;
    },
    revive,
    forgive: (one) => void forgiven.add(one),
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
      // Nobody lives the life of another's job.
      const strayed = started.flatMap((one) =>
        one.log.filter(({ job, shard }) => job !== undefined && !shardsOf.get(one)?.includes(Number(shard))),
      );
      expect(strayed.filter(({ shard }) => shard !== undefined)).toEqual([]);
      const judged = started.filter((one) => !forgiven.has(one));
      expect(judged.map(({ stderr }) => stderr).join('')).toBe('');
    },
  };
}
