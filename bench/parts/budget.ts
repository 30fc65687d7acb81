import { setTimeout as wait } from 'node:timers/promises';
import { startPostgres } from '../../sandbox/postgres/start-postgres.ts';
import type { Aim, BenchOptions, Part, Table } from '../part.ts';
import { settle } from '../settle.ts';
import { type StandIns, startStandIns } from '../stand-ins/stand-ins.ts';
import { seedAll, startBotSubject } from '../subjects/bot.ts';
import type { Subject } from '../subjects/subject.ts';

const REQUESTS_PER_MINUTE = 50;
const WINDOW_MS = 60_000;
/** The first window starts full, two more show how fast places are used again. */
const WINDOWS = 3;
const QUICK_MS = 3_000;
/** Each with a shard of its own. */
const PROCESSES = 3;

const segmind = { requestsPerMinute: REQUESTS_PER_MINUTE, creditsUsd: 10_000 };

/** The most submits in any sliding minute. */
function countMost(atMs: readonly number[]): number {
  return Math.max(0, ...atMs.map((from) => atMs.filter((at) => at >= from && at < from + WINDOW_MS).length));
}

/** How much of the budget was used once it was full: each place is free again a minute after it was used. */
function usedShares(atMs: readonly number[]): number[] {
  return atMs.slice(REQUESTS_PER_MINUTE).map((at, index) => WINDOW_MS / (at - (atMs[index] ?? at)));
}

type Start = (env: Readonly<Record<string, string>>) => Promise<Subject>;

/** @param starts one for each process that shares the budget */
async function measureUse(options: BenchOptions, standIns: StandIns, starts: readonly Start[]): Promise<Table> {
  const subjects: Subject[] = [];
  try {
    for (const start of starts)
      subjects.push(await start({ SEGMIND_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE) }));
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
    await Promise.all(subjects.map(({ stop }) => stop()));
    await standIns.close();
  }
}

/** @returns undefined where Postgres doesn't start */
async function measureShared(options: BenchOptions): Promise<Table | undefined> {
  const { url, stop } = await startPostgres();
  if (url === undefined) return undefined;
  try {
    const standIns = await startStandIns({ discord: { shards: PROCESSES, maxConcurrency: PROCESSES }, segmind });
    const { discord } = await standIns.addresses();
    await seedAll(url, discord.guildIds);
    const startShard = (shard: number) => (env: Readonly<Record<string, string>>) => {
      const shards = { DISCORD_SHARD_COUNT: String(PROCESSES), DISCORD_SHARD_IDS: String(shard) };
      return startBotSubject(standIns, { env: { ...env, ...shards, DATABASE_URL: url } });
    };
    return await measureUse(
      options,
      standIns,
      Array.from({ length: PROCESSES }, (_, shard) => startShard(shard)),
    );
  } finally {
    await stop();
  }
}

export const budget = {
  name: 'budget',
  about: `how much of ${REQUESTS_PER_MINUTE} requests a minute is used while the queue is never empty: by one process, and by ${PROCESSES}`,
  async run(options) {
    const standIns = await startStandIns({ segmind });
    const own = await measureUse(options, standIns, [(env) => startBotSubject(standIns, { env })]);
    const shared = await measureShared(options);
    return shared
      ? [own, shared]
      : [{ ...own, notes: ["Not measured with several processes: Postgres doesn't start here."] }];
  },
} satisfies Part;
