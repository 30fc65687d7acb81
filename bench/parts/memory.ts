import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { alternate } from '../alternate.ts';
import type { BenchOptions, Part, Row, Table } from '../part.ts';
import { readProcess, resetPeak } from '../process-facts.ts';
import { settle } from '../settle.ts';
import { type StandIns, startStandIns } from '../stand-ins/stand-ins.ts';
import { type BotOptions, type BotSubject, startBotSubject } from '../subjects/bot.ts';
import { startBareSubject } from '../subjects/script.ts';
import type { Subject } from '../subjects/subject.ts';

const BYTES_PER_KIB = 1024;
const BYTES_PER_MIB = 1024 * 1024;
const GUILDS = 1_000;
const IDLE_ROUNDS = 5;
const MAX_IDLE_RATIO = 1.3;
/** After settling, in milliseconds: V8 needs 8 to 15 s without much work to give back what the start took. */
const IDLE_MS = 10_000;
const QUEUED_JOBS = 10_000;
const JOBS_UNDER_WAY = 1_000;
const ENDED_JOBS = 5_000;
/** Jobs that end before growth is measured: caches and compiled code are there by then. */
const WARM_UP_JOBS = 1_000;
const QUICK_SHARE = 0.01;
const PROBE = ['--expose-gc', '--import', fileURLToPath(new URL('../subjects/memory-probe.mjs', import.meta.url))];
const PLENTY = { requestsPerMinute: 10_000, creditsUsd: 100_000 };

async function measureIdle(start: () => Promise<Subject>, options: BenchOptions): Promise<number> {
  const subject = await start();
  await settle(options);
  if (!options.isQuick) await wait(IDLE_MS);
  const facts = await readProcess(subject.pid);
  await subject.stop();
  return (facts?.residentBytes ?? Number.NaN) / BYTES_PER_MIB;
}

async function compareIdle(options: BenchOptions): Promise<Table> {
  const guilds = options.isQuick ? GUILDS * QUICK_SHARE : GUILDS;
  const standIns = await startStandIns({ guilds });
  const { bot, beside } = await alternate(options.isQuick ? 1 : IDLE_ROUNDS, {
    bot: () => measureIdle(() => startBotSubject(standIns), options),
    beside: () => measureIdle(() => startBareSubject(standIns), options),
  });
  await standIns.close();
  const aim = { of: 'ratio', atMost: MAX_IDLE_RATIO } as const;
  const rows = [{ figure: 'resident memory, MiB', bot, beside, aim }];
  return { title: `Idle, in ${guilds} servers`, beside: 'bare client', rows };
}

/** Bytes that a bot still uses after a collection. */
async function readUsed({ pid, bot }: BotSubject): Promise<number> {
  const read = () => bot.log.filter(({ msg }) => msg === 'memory');
  const before = read().length;
  process.kill(pid, 'SIGUSR2');
  while (read().length === before) await wait(50);
  return Number(read().at(-1)?.['usedBytes']);
}

async function withBot<T>(
  standIns: StandIns,
  botOptions: BotOptions,
  work: (subject: BotSubject) => Promise<T>,
): Promise<T> {
  const subject = await startBotSubject(standIns, botOptions);
  try {
    return await work(subject);
  } finally {
    await subject.stop();
    await standIns.close();
  }
}

/** What a job takes while it waits, or is under way at Segmind: it is held there. */
async function measureJob(
  figure: string,
  jobs: number,
  env: Record<string, string>,
  options: BenchOptions,
): Promise<Row> {
  const commands = options.isQuick ? jobs * QUICK_SHARE : jobs;
  const standIns = await startStandIns({ segmind: PLENTY });
  await standIns.hold();
  return withBot(standIns, { env, nodeOptions: PROBE }, async (subject) => {
    await settle(options);
    const before = await readUsed(subject);
    await standIns.sendCommands({ commands, perSecond: 100 });
    await settle(options);
    return { figure, bot: [((await readUsed(subject)) - before) / commands / BYTES_PER_KIB] };
  });
}

async function measureGrowth(options: BenchOptions): Promise<Row> {
  const share = options.isQuick ? QUICK_SHARE : 1;
  const standIns = await startStandIns({ segmind: { ...PLENTY, queueMs: 0, renderMs: 100 } });
  return withBot(standIns, { nodeOptions: PROBE }, async (subject) => {
    const complete = async (jobs: number) => {
      await standIns.completeCommands({ commands: jobs * share, perSecond: 40 });
      await settle(options);
      return readUsed(subject);
    };
    const before = await complete(WARM_UP_JOBS);
    const grown = (await complete(ENDED_JOBS)) - before;
    return {
      figure: `growth over ${ENDED_JOBS * share} ended jobs, KiB a job`,
      bot: [grown / (ENDED_JOBS * share) / BYTES_PER_KIB],
      digits: 2,
    };
  });
}

async function measureLargest(options: BenchOptions): Promise<Row> {
  const standIns = await startStandIns({ segmind: { ...PLENTY, queueMs: 0, renderMs: 0 } });
  return withBot(standIns, {}, async ({ pid }) => {
    await settle(options);
    await resetPeak(pid);
    const before = await readProcess(pid);
    const largest = { prompt: 'a red rose', width: 2_048, height: 2_048, steps: 20, samples: 4, seed: 7 };
    await standIns.completeCommands({ commands: 1, perSecond: 1, options: largest });
    const after = await readProcess(pid);
    const grown = (after?.peakBytes ?? Number.NaN) - (before?.residentBytes ?? Number.NaN);
    return { figure: 'peak of a job with 4 samples of 2048 x 2048, MiB', bot: [grown / BYTES_PER_MIB] };
  });
}

export const memory = {
  name: 'memory',
  about: 'what the bot takes when idle, beside a bare client, and what jobs add to that',
  async run(options) {
    const idle = await compareIdle(options);
    const rows = [
      await measureJob('queued job, KiB', QUEUED_JOBS, { SEGMIND_REQUESTS_PER_MINUTE: '1' }, options),
      await measureJob('job under way, KiB', JOBS_UNDER_WAY, {}, options),
      await measureGrowth(options),
      await measureLargest(options),
    ];
    return [idle, { title: 'What jobs add: still used after a collection, the peak apart', rows }];
  },
} satisfies Part;
