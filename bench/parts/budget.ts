import { setTimeout as wait } from 'node:timers/promises';
import { startPostgres } from '../../sandbox/postgres/start-postgres.ts';
import type { Aim, BenchOptions, Part, Table } from '../part.ts';
import { settle } from '../settle.ts';
import type { StandInOptions } from '../stand-ins/operations.ts';
import { startStandIns } from '../stand-ins/stand-ins.ts';
import { seedAll, startBotSubject } from '../subjects/bot.ts';
import type { Subject } from '../subjects/subject.ts';

const REQUESTS_PER_MINUTE = 50;
const WINDOW_MS = 60_000;
/** The first window starts full, two more show how fast places are used again. */
const WINDOWS = 3;
const QUICK_MS = 3_000;
/** Each with a shard of its own. */
const PROCESSES = 3;

const BUDGET = { SEGMIND_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE) };
const segmind = { requestsPerMinute: REQUESTS_PER_MINUTE, creditsUsd: 10_000 };

/** The most submits in any sliding minute. */
function countMost(atMs: readonly number[]): number {
  return Math.max(0, ...atMs.map((from) => atMs.filter((at) => at >= from && at < from + WINDOW_MS).length));
}

/** How much of the budget was used once it was full: each place is free again a minute after it was used. */
function usedShares(atMs: readonly number[]): number[] {
  return atMs.slice(REQUESTS_PER_MINUTE).map((at, index) => WINDOW_MS / (at - (atMs[index] ?? at)));
}

type Env = Readonly<Record<string, string>>;

/** @param envsOf the settings of each process that shares the budget, for these servers */
async function measureUse(
  options: BenchOptions,
  standInOptions: StandInOptions,
  envsOf: (guildIds: readonly string[]) => Promise<readonly Env[]>,
): Promise<Table> {
  const standIns = await startStandIns(standInOptions);
  const subjects: Subject[] = [];
  try {
    const { discord } = await standIns.addresses();
    for (const env of await envsOf(discord.guildIds)) subjects.push(await startBotSubject(standIns, { env }));
    await settle(options);
    await standIns.sendCommands({ commands: REQUESTS_PER_MINUTE * (WINDOWS + 1), perSecond: 100 });
    await wait(options.isQuick ? QUICK_MS : WINDOWS * WINDOW_MS - WINDOW_MS / 2);
    const { atMs, refused } = await standIns.submits();
    const row = (figure: string, bot: readonly number[], aim: Omit<Aim, 'of'>) => ({
      figure,
      bot,
      aim: { of: 'bot' as const, ...aim },
    });
    return {
      title: `${atMs.length} submits of ${subjects.length === 1 ? 'one process' : `${subjects.length} processes over Postgres`}`,
      rows: [
        row(
          'budget used, %',
          usedShares(atMs).map((share) => share * 100),
          { atLeast: 98 },
        ),
        { ...row('most submits in any sliding minute', [countMost(atMs)], { atMost: REQUESTS_PER_MINUTE }), digits: 0 },
        { ...row('429s', [refused], { atMost: 0 }), digits: 0 },
      ],
    };
  } finally {
    await Promise.allSettled(subjects.map(({ stop }) => stop()));
    await standIns.close();
  }
}

/** Measures several processes over one Postgres; returns why not, where that doesn't start. */
async function measureShared(options: BenchOptions): Promise<Table | string> {
  const postgres = await startPostgres();
  if ('problem' in postgres) return postgres.problem;
  const { url, stop } = postgres;
  const discord = { shards: PROCESSES, maxConcurrency: PROCESSES };
  try {
    return await measureUse(options, { discord, segmind }, async (guildIds) => {
      await seedAll(url, guildIds);
      return Array.from({ length: PROCESSES }, (_, shard) => ({
        ...BUDGET,
        DATABASE_URL: url,
        DISCORD_SHARD_COUNT: String(PROCESSES),
        DISCORD_SHARD_IDS: String(shard),
      }));
    });
  } finally {
    await stop();
  }
}

export const budget = {
  name: 'budget',
  about: `how much of ${REQUESTS_PER_MINUTE} requests a minute is used while the queue is never empty: by one process, and by ${PROCESSES}`,
  async run(options) {
    const own = await measureUse(options, { segmind }, async () => [BUDGET]);
    const shared = await measureShared(options);
    if (typeof shared !== 'string') return [own, shared];
    return [{ ...own, notes: [`Not measured with ${PROCESSES} processes: Postgres doesn't start here (${shared}).`] }];
  },
} satisfies Part;
