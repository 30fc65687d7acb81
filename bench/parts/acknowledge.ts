import { alternate } from '../alternate.ts';
import type { BenchOptions, Part, Row, Table } from '../part.ts';
import { type ProcessFacts, readProcess } from '../process-facts.ts';
import { settle } from '../settle.ts';
import type { Workload } from '../stand-ins/send-commands.ts';
import { startStandIns } from '../stand-ins/stand-ins.ts';
import { percentile } from '../statistics.ts';
import { startBareSubject } from '../subjects/bare.ts';
import { startBotSubject } from '../subjects/bot.ts';

interface Scenario {
  readonly title: string;
  readonly jobsUnderWay: number;
  readonly load: Workload;
  readonly aims: { readonly p50?: number; readonly p99?: number };
}

const SCENARIOS: readonly Scenario[] = [
  {
    title: '100 jobs under way, 100 commands a second',
    jobsUnderWay: 100,
    load: { commands: 400, perSecond: 100 },
    aims: { p99: 1.5 },
  },
  {
    title: '500 jobs under way, 50 commands a second',
    jobsUnderWay: 500,
    load: { commands: 400, perSecond: 50 },
    aims: { p99: 1.5 },
  },
  {
    title: '100 jobs under way, 200 commands at once',
    jobsUnderWay: 100,
    load: { commands: 200, perSecond: Infinity },
    aims: { p50: 2 },
  },
];
const QUICK_SHARE = 0.1;
/** How fast the jobs under way are requested. */
const WARM_UP_PER_SECOND = 50;
/** An odd number, so that one round is the median. */
const ROUNDS = 5;

/** One load on one process. */
interface Measured {
  readonly latenciesMs: readonly number[];
  readonly tookMs: number;
  /** Event loop utilization of the stand-ins' process. */
  readonly busyShare: number;
  /** CPU time of the measured process, as a share of a core. */
  readonly cpuShare?: number;
  readonly residentBytes?: number;
}

/**
 * Starts one process, brings jobs under way that never end, and sends a load. The bare client gets the same commands, which warm
 * it up as well.
 * @throws Error when the jobs don't stay under way
 */
async function measureLoad(
  who: 'bot' | 'beside',
  { jobsUnderWay, load }: Pick<Scenario, 'jobsUnderWay' | 'load'>,
  options: BenchOptions,
): Promise<Measured> {
  const standIns = await startStandIns({
    segmind: { queueMs: 0, renderMs: 0, requestsPerMinute: 10_000, creditsUsd: 1_000 },
  });
  await standIns.hold();
  const env = { SEGMIND_MAX_IN_FLIGHT: String(jobsUnderWay) };
  const subject = who === 'bot' ? await startBotSubject(standIns, { env }) : await startBareSubject(standIns);
  try {
    await standIns.sendCommands({ commands: jobsUnderWay, perSecond: WARM_UP_PER_SECOND });
    if (who === 'bot') await standIns.awaitActiveJobs(jobsUnderWay);
    await settle(options);
    const before = await readProcess(subject.pid);
    const startedMs = performance.now();
    const sent = await standIns.sendCommands(load);
    const after = await readProcess(subject.pid);
    if (who === 'bot') await standIns.awaitActiveJobs(jobsUnderWay);
    const [violation] = await standIns.violations();
    if (violation) throw new Error(`These figures mean nothing, since a rule was broken: ${violation}`);
    return { ...sent, ...shares(before, after, performance.now() - startedMs) };
  } finally {
    await subject.stop();
    await standIns.close();
  }
}

function shares(before: ProcessFacts | undefined, after: ProcessFacts | undefined, tookMs: number) {
  if (!before || !after) return {};
  return { cpuShare: (after.cpuMs - before.cpuMs) / tookMs, residentBytes: after.residentBytes };
}

function shorten({ title, jobsUnderWay, load, aims }: Scenario): Scenario {
  return {
    title: `${title}, a tenth of it`,
    jobsUnderWay: jobsUnderWay * QUICK_SHARE,
    load: { ...load, commands: load.commands * QUICK_SHARE },
    aims,
  };
}

const milliseconds =
  (share: number) =>
  ({ latenciesMs }: Measured) =>
    percentile(latenciesMs, share);

async function compare({ title, aims, ...scenario }: Scenario, options: BenchOptions): Promise<Table> {
  const { bot, beside } = await alternate(options.isQuick ? 1 : ROUNDS, {
    bot: () => measureLoad('bot', scenario, options),
    beside: () => measureLoad('beside', scenario, options),
  });
  const row = (figure: string, of: (measured: Measured) => number | undefined, more: Partial<Row> = {}): Row => ({
    figure,
    bot: bot.map(of).filter((value) => value !== undefined),
    beside: beside.map(of).filter((value) => value !== undefined),
    ...more,
  });
  const lost = [...bot, ...beside].flatMap(({ latenciesMs }) =>
    latenciesMs.filter((ms) => ms === Number.POSITIVE_INFINITY),
  );
  const isAtOnce = scenario.load.perSecond === Number.POSITIVE_INFINITY;
  return {
    title,
    beside: 'bare client',
    rows: [
      row(
        'acknowledgement p50, ms',
        milliseconds(0.5),
        aims.p50 === undefined ? {} : { aim: { of: 'ratio', atMost: aims.p50 } },
      ),
      row(
        'acknowledgement p99, ms',
        milliseconds(0.99),
        aims.p99 === undefined ? {} : { aim: { of: 'ratio', atMost: aims.p99 } },
      ),
      ...(isAtOnce
        ? [
            row('acknowledged a second', ({ latenciesMs, tookMs }) => (latenciesMs.length * 1_000) / tookMs, {
              digits: 0,
            }),
          ]
        : []),
      row('CPU, % of a core', ({ cpuShare }) => cpuShare && cpuShare * 100, { digits: 0 }),
      row('stand-ins busy, %', ({ busyShare }) => busyShare * 100, { digits: 0 }),
    ],
    notes: [
      ...(lost.length > 0 ? [`${lost.length} commands were not acknowledged within 3 s.`] : []),
      ...(isAtOnce ? ["The bare client's acknowledgements a second are the most that the stand-ins can give."] : []),
    ],
  };
}

export const acknowledge = {
  name: 'acknowledge',
  about: 'how long commands wait for their acknowledgement, beside a client that does nothing else',
  async run(options) {
    const tables: Table[] = [];
    for (const scenario of options.isQuick ? SCENARIOS.map(shorten) : SCENARIOS) {
      tables.push(await compare(scenario, options));
    }
    return tables;
  },
} satisfies Part;
