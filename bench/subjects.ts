import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBot } from '../sandbox/bot.ts';
import type { DiscordSandbox } from '../sandbox/discord/index.ts';
import { furnish, UNLIMITED, UNLIMITED_ENV } from '../sandbox/furnish.ts';
import { SegmindSandbox } from '../sandbox/segmind/index.ts';

const BARE_CLIENT = fileURLToPath(new URL('bare-client.mjs', import.meta.url));
/** So large that neither side ever holds a submit back. */
const REQUESTS_PER_MINUTE = 10_000;
const QUEUE_LIMIT = 10_000;
const CREDITS_USD = 1_000;

/** What is measured: a connected process. */
export interface Subject {
  readonly pid: number;
  /** False for what only acknowledges. */
  readonly hasJobs: boolean;
  /** Jobs submitted and not finished. */
  readonly jobsUnderWay: number;
  stop(): Promise<void>;
}

/**
 * The built bot, connected, with a Segmind whose renders never end: what is submitted stays under way.
 * @param maxInFlight jobs that the bot submits; all further ones wait in its line
 * @throws Error when the bot ends before it is connected
 */
export async function startBotSubject(discord: DiscordSandbox, maxInFlight: number): Promise<Subject> {
  const segmind = await SegmindSandbox.start({
    queueMs: 0,
    renderMs: 0,
    requestsPerMinute: REQUESTS_PER_MINUTE,
    creditsUsd: CREDITS_USD,
  });
  segmind.hold();
  const folder = mkdtempSync(join(tmpdir(), 'timeless-bench-'));
  await furnish(`file:${join(folder, 'data', 'timeless.db')}`, discord.guild.id, UNLIMITED);
  const bot = startBot({
    discord,
    segmind,
    folder,
    env: {
      ...UNLIMITED_ENV,
      SEGMIND_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
      SEGMIND_MAX_IN_FLIGHT: String(maxInFlight),
      QUEUE_LIMIT: String(QUEUE_LIMIT),
    },
  });
  const stop = async () => {
    await bot.stop();
    await segmind.close();
    rmSync(folder, { recursive: true });
  };
  try {
    await bot.ready;
    await discord.waitFor(() => discord.commands.length > 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: bot.pid,
    hasJobs: true,
    get jobsUnderWay() {
      return segmind.activeCount;
    },
    stop,
  };
}

/**
 * A discord.js client that only defers, connected; the same node, no options of node's either, the same NODE_ENV.
 * @throws Error when it ends before it is connected
 */
export async function startBareSubject(discord: DiscordSandbox): Promise<Subject> {
  const child = spawn(process.execPath, [BARE_CLIENT], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(([code]) => {
      throw new Error(`The bare client ended (${code}) before it was connected.`);
    }),
  ]);
  return {
    // True: it has written a line, so it was spawned.
    pid: child.pid as number,
    hasJobs: false,
    jobsUnderWay: 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
