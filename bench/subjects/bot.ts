import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { seedSettings, UNLIMITED, UNLIMITED_ENV } from '../../sandbox/seed-settings.ts';
import type { StandIns } from '../stand-ins/stand-ins.ts';
import type { Subject } from './subject.ts';

/** So large that neither side ever delays a submit. */
const REQUESTS_PER_MINUTE = 10_000;
const QUEUE_LIMIT = 20_000;

export interface BotOptions {
  /** Settings in place of those that limit nothing. With a DATABASE_URL, its servers have to be `seedAll`ed before. */
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
}

export interface BotSubject extends Subject {
  readonly bot: BotProcess;
}

/** Stores in a bot's database that these servers limit nothing. */
export async function seedAll(databaseUrl: string, guildIds: readonly string[]): Promise<void> {
  for (const guildId of guildIds) await seedSettings(databaseUrl, guildId, UNLIMITED);
}

/**
 * Starts the built bot without any limits, in a new folder.
 * @throws Error when it exits before it is connected
 */
export async function startBotSubject(
  standIns: StandIns,
  { env = {}, nodeOptions = [] }: BotOptions = {},
): Promise<BotSubject> {
  const { discord, segmind } = await standIns.addresses();
  const folder = mkdtempSync(join(tmpdir(), 'timeless-bench-'));
  if (env['DATABASE_URL'] === undefined) await seedAll(`file:${join(folder, 'data', 'timeless.db')}`, discord.guildIds);
  const startedMs = performance.now();
  const bot = startBot({
    discord,
    segmind,
    folder,
    nodeOptions,
    env: {
      ...UNLIMITED_ENV,
      SEGMIND_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
      SEGMIND_MAX_IN_FLIGHT: '10000',
      QUEUE_LIMIT: String(QUEUE_LIMIT),
      ...env,
    },
  });
  const stop = async () => {
    await bot.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    await bot.ready;
    const readyAfterMs = performance.now() - startedMs;
    return { pid: bot.pid, bot, readyAfterMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
