import { alternate } from '../alternate.ts';
import { type LoadScenario, type Measured, measureLoad } from '../measure-load.ts';
import type { BenchOptions, Part, Row, Table } from '../part.ts';
import { percentile } from '../statistics.ts';

interface Scenario extends LoadScenario {
  readonly title: string;
  readonly aims: { readonly p50?: number; readonly p99?: number };
}

/** Enough for the p99 of a round not to depend on single pauses, and for V8 to have optimized most of what the load runs. */
const ROUND_SECONDS = 30;
/** In these, V8 is still optimizing; they are shown without an aim. */
const COLD_SECONDS = 10;

const steady = (perSecond: number) => ({ commands: ROUND_SECONDS * perSecond, perSecond });

const SCENARIOS: readonly Scenario[] = [
  {
    title: '100 jobs under way, 100 commands a second',
    jobsUnderWay: 100,
    load: steady(100),
    aims: { p99: 1.5 },
  },
  {
    title: '500 jobs under way, 50 commands a second',
    jobsUnderWay: 500,
    load: steady(50),
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
/** An odd number, so that one round is the median. */
const ROUNDS = 5;

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
  const coldCommands = COLD_SECONDS * scenario.load.perSecond;
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
      ...(scenario.load.commands > coldCommands
        ? [
            row(`p99 of the first ${COLD_SECONDS} s, ms`, ({ latenciesMs }) =>
              percentile(latenciesMs.slice(0, coldCommands), 0.99),
            ),
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
