import { alternate } from '../alternate.ts';
import type { BenchOptions, Part } from '../part.ts';
import { settle } from '../settle.ts';
import { type StandIns, startStandIns } from '../stand-ins/stand-ins.ts';
import { startBotSubject } from '../subjects/bot.ts';
import { startStraightSubject } from '../subjects/script.ts';
import type { Subject } from '../subjects/subject.ts';

const JOBS = 1_000;
const QUICK_JOBS = 20;
/** More than either side can do. */
const PER_SECOND = 200;
const ROUNDS = 3;
const MIN_RATIO = 0.8;

/** How many calls of a kind the bot made for a job. */
interface CallsPerJob {
  readonly polls: number;
  readonly edits: number;
}

interface Measured {
  readonly jobsPerSecond: number;
  readonly busyShare: number;
  readonly calls: CallsPerJob;
}

async function measure(start: (standIns: StandIns) => Promise<Subject>, options: BenchOptions): Promise<Measured> {
  const commands = options.isQuick ? QUICK_JOBS : JOBS;
  const standIns = await startStandIns({
    segmind: { queueMs: 100, renderMs: 500, requestsPerMinute: 10_000, creditsUsd: 10_000 },
  });
  const subject = await start(standIns);
  try {
    await settle(options);
    const { tookMs, busyShare } = await standIns.completeCommands({ commands, perSecond: PER_SECOND });
    const { polls, edits } = await standIns.countRequests();
    const calls = { polls: Math.round(polls / commands), edits: Math.round(edits / commands) };
    return { jobsPerSecond: (commands * 1_000) / tookMs, busyShare, calls };
  } finally {
    await subject.stop();
    await standIns.close();
  }
}

export const throughput = {
  name: 'throughput',
  about: 'jobs a second of one process without a rate limit, beside a straight undici script with as many HTTP calls',
  async run(options) {
    let calls: CallsPerJob = { polls: 1, edits: 1 };
    const { bot, beside } = await alternate(options.isQuick ? 1 : ROUNDS, {
      // First in the first round, so that the script knows how many calls to make.
      bot: async () => {
        const measured = await measure((standIns) => startBotSubject(standIns), options);
        calls = measured.calls;
        return measured;
      },
      beside: () =>
        measure((standIns) => {
          const env = { POLLS: String(calls.polls), EDITS: String(calls.edits) };
          return startStraightSubject(standIns, { env });
        }, options),
    });
    const row = (figure: string, of: (measured: Measured) => number) => ({
      figure,
      bot: bot.map(of),
      beside: beside.map(of),
    });
    return [
      {
        title: 'Images of 512 x 512, from the command to the message',
        beside: 'straight script',
        rows: [
          { ...row('jobs a second', (its) => its.jobsPerSecond), aim: { of: 'ratio', atLeast: MIN_RATIO } },
          { ...row('stand-ins busy, %', ({ busyShare }) => busyShare * 100), digits: 0 },
          { ...row('polls a job', (its) => its.calls.polls), digits: 0 },
          { ...row('edits a job', (its) => its.calls.edits), digits: 0 },
        ],
        notes: ['With the stand-ins close to 100 %, their ceiling is what was measured.'],
      },
    ];
  },
} satisfies Part;
