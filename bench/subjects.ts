import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBot } from '../sandbox/bot.ts';
import type { DiscordSandbox } from '../sandbox/discord/index.ts';
import { seedSettings, UNLIMITED, UNLIMITED_ENV } from '../sandbox/seed-settings.ts';
import { SegmindSandbox } from '../sandbox/segmind/index.ts';

const BARE_CLIENT = fileURLToPath(new URL('bare-client.mjs', import.meta.url));
/** So large that neither side ever delays a submit. */
const REQUESTS_PER_MINUTE = 10_000;
const QUEUE_LIMIT = 10_000;
const CREDITS_USD = 1_000;

/** The measured process, connected to Discord. */
export interface Subject {
  readonly pid: number;
  /** False for the bare client, which only acknowledges. */
  readonly hasJobs: boolean;
  /** Jobs that are submitted and not finished. */
  readonly jobsInFlight: number;
  stop(): Promise<void>;
}

/**
 * Starts the built bot, with a Segmind that never finishes a job: submitted jobs stay in flight.
 * @param maxInFlight how many jobs the bot submits; further ones wait in its queue
 * @throws Error when the bot exits before it is connected
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
  await seedSettings(`file:${join(folder, 'data', 'timeless.db')}`, discord.guild.id, UNLIMITED);
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
    get jobsInFlight() {
      return segmind.activeCount;
    },
    stop,
  };
}

/**
 * Starts a discord.js client that only defers, with the same Node and NODE_ENV as the bot.
 * @throws Error when it exits before it is connected
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
      throw new Error(`The bare client exited (${code}) before it was connected.`);
    }),
  ]);
  return {
    // Safe cast: it has written a line, so it was spawned.
    pid: child.pid as number,
    hasJobs: false,
    jobsInFlight: 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
