import { alternate } from '../alternate.ts';
import type { BenchOptions, Part } from '../part.ts';
import { settle } from '../settle.ts';
import { type StandIns, startStandIns } from '../stand-ins/stand-ins.ts';
import { percentile } from '../statistics.ts';
import { startBotSubject } from '../subjects/bot.ts';
import { startStraightSubject } from '../subjects/script.ts';
import type { Subject } from '../subjects/subject.ts';

const JOBS = 3_000;
const QUICK_JOBS = 20;
/** Before those that are measured: until V8 has compiled what runs often, each side is slower, the bot more so since it has more code. */
const WARM_UP_JOBS = 2_000;
/** So many that either side always has something to do, and so few that all are acknowledged in time. */
const MAX_IN_PROGRESS = 60;
const ROUNDS = 3;
const MIN_RATIO = 0.8;
/** How far the calls of both sides may differ. */
const MAX_DIFFERENCE = 0.03;
/** Within this share of the bot's render times, the script makes its polls. */
const POLLED_SHARE = 0.9;

/** How many calls of a kind the bot made for a job. */
interface CallsPerJob {
  readonly polls: number;
  readonly edits: number;
}

interface Measured {
  readonly jobsPerSecond: number;
  /** In the warm-up. */
  readonly firstPerSecond: number;
  readonly busyShare: number;
  readonly calls: CallsPerJob;
  readonly renderTimesMs: readonly number[];
}

async function measure(start: (standIns: StandIns) => Promise<Subject>, options: BenchOptions): Promise<Measured> {
  const [warmUp, jobs] = options.isQuick ? [QUICK_JOBS, QUICK_JOBS] : [WARM_UP_JOBS, JOBS];
  const standIns = await startStandIns({
    segmind: { queueMs: 100, renderMs: 500, requestsPerMinute: 10_000, creditsUsd: 10_000 },
  });
  const subject = await start(standIns);
  try {
    await settle(options);
    const load = { perSecond: Number.POSITIVE_INFINITY, maxInProgress: MAX_IN_PROGRESS };
    const first = await standIns.completeCommands({ ...load, commands: warmUp });
    const { tookMs, busyShare } = await standIns.completeCommands({ ...load, commands: jobs });
    const { polls, edits } = await standIns.countRequests();
    return {
      jobsPerSecond: (jobs * 1_000) / tookMs,
      firstPerSecond: (warmUp * 1_000) / first.tookMs,
      busyShare,
      calls: { polls: polls / (warmUp + jobs), edits: edits / (warmUp + jobs) },
      renderTimesMs: await standIns.renderTimes(),
    };
  } finally {
    await subject.stop();
    await standIns.close();
  }
}

/** @throws Error when the script made more or fewer calls than the bot, since their ratio would mean nothing */
function checkCalls(expected: CallsPerJob, made: CallsPerJob): void {
  for (const kind of ['polls', 'edits'] as const) {
    if (Math.abs(made[kind] / expected[kind] - 1) <= MAX_DIFFERENCE) continue;
    const [script, bot] = [made[kind].toFixed(2), expected[kind].toFixed(2)];
    throw new Error(`These figures mean nothing: the script made ${script} ${kind} a job, the bot ${bot}.`);
  }
}

export const throughput = {
  name: 'throughput',
  about: 'jobs a second of one process without a rate limit, beside a straight undici script with as many HTTP calls',
  async run(options) {
    let latest: Measured | undefined;
    const { bot, beside } = await alternate(options.isQuick ? 1 : ROUNDS, {
      // First in the first round, so that the script knows how many calls to make.
      bot: async () => {
        latest = await measure((standIns) => startBotSubject(standIns), options);
        return latest;
      },
      beside: async () => {
        if (!latest) throw new Error('The bot is measured first.');
        const { calls, renderTimesMs } = latest;
        const env = {
          POLLS: String(calls.polls),
          EDITS: String(calls.edits),
          POLLED_MS: String(percentile(renderTimesMs, POLLED_SHARE)),
        };
        const measured = await measure((standIns) => startStraightSubject(standIns, { env }), options);
        // A short round is over before the script has made up for polls that came too early.
        if (!options.isQuick) checkCalls(calls, measured.calls);
        return measured;
      },
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
          row('jobs a second, just after the start', (its) => its.firstPerSecond),
          { ...row('stand-ins busy, %', ({ busyShare }) => busyShare * 100), digits: 0 },
          row('polls a job', (its) => its.calls.polls),
          row('edits a job', (its) => its.calls.edits),
        ],
        notes: ['With the stand-ins close to 100 %, their ceiling is what was measured.'],
      },
    ];
  },
} satisfies Part;
