import type { Round } from './round.ts';
import { median, percentile } from './statistics.ts';

const BYTES_PER_MIB = 1024 * 1024;
const MAX_P99_RATIO = 2;
const MAX_P99_MS = 1_000;
const MAX_IDLE_RATIO = 1.3;
/** Above this share, a good part of each acknowledgement is the sandbox's own time. */
const BUSY_SANDBOX_SHARE = 0.5;
/** Above this share, a p99 says more about other load on the machine than about either process; on an idle machine the bot has 0.1. */
const BUSY_MACHINE_SHARE = 0.15;

/** The rounds of both processes, side by side. */
export interface Results {
  readonly bot: readonly Round[];
  readonly bare: readonly Round[];
}

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  /** The value of a round; undefined when this system doesn't report it. */
  readonly of: (round: Round) => number | undefined;
}

const P99: Measure = {
  name: 'acknowledgement p99',
  unit: 'ms',
  digits: 1,
  of: ({ spread }) => percentile(spread.latenciesMs, 0.99),
};
const IDLE: Measure = { name: 'idle memory', unit: 'MiB', digits: 1, of: ({ idleBytes }) => mebibytes(idleBytes) };
const MEASURES: readonly Measure[] = [
  { ...P99, name: 'acknowledgement p50', of: ({ spread }) => percentile(spread.latenciesMs, 0.5) },
  P99,
  { ...P99, name: 'all at once p50', of: ({ atOnce }) => percentile(atOnce.latenciesMs, 0.5) },
  { ...P99, name: 'all at once p99', of: ({ atOnce }) => percentile(atOnce.latenciesMs, 0.99) },
  IDLE,
  { ...IDLE, name: 'peak memory', of: ({ peakBytes }) => mebibytes(peakBytes) },
  { name: 'CPU', unit: '% of a core', digits: 0, of: ({ cpuShare }) => percent(cpuShare) },
  { name: 'waiting for a core', unit: '%', digits: 1, of: ({ waitShare }) => percent(waitShare) },
  { name: "sandbox's event loop", unit: '% busy', digits: 0, of: ({ spread }) => percent(spread.sandboxShare) },
  { name: 'the same, all at once', unit: '% busy', digits: 0, of: ({ atOnce }) => percent(atOnce.sandboxShare) },
];

/** A table of medians with the lowest and highest round, and whether the targets are met. */
export function report(results: Results): string {
  const rows = MEASURES.map((measure) => {
    const bot = summary(results.bot, measure);
    const bare = summary(results.bare, measure);
    const ratio = bot && bare ? (bot.median / bare.median).toFixed(2) : '';
    return [`${measure.name}, ${measure.unit}`, cell(bot, measure), cell(bare, measure), ratio];
  });
  const table = [['', 'the bot', 'bare discord.js', 'ratio'], ...rows];
  return [...aligned(table), '', ...verdicts(results), ...remarks(results)].join('\n');
}

interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

function summary(rounds: readonly Round[], { of }: Measure): Summary | undefined {
  const values = rounds.map(of).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

function cell(found: Summary | undefined, { digits }: Measure): string {
  if (!found) return 'unknown';
  const text = (value: number) => (Number.isFinite(value) ? value.toFixed(digits) : 'none');
  return `${text(found.median)} (${text(found.low)} to ${text(found.high)})`;
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}

function verdicts({ bot, bare }: Results): string[] {
  const [botP99, bareP99] = [summary(bot, P99), summary(bare, P99)];
  const [botIdle, bareIdle] = [summary(bot, IDLE), summary(bare, IDLE)];
  return [
    verdict(
      `p99 at most ${MAX_P99_RATIO} times the bare client's`,
      botP99 && bareP99 && botP99.median <= MAX_P99_RATIO * bareP99.median,
    ),
    verdict(`p99 under ${MAX_P99_MS} ms`, botP99 && botP99.median < MAX_P99_MS),
    verdict(
      `idle memory at most ${MAX_IDLE_RATIO} times the bare client's`,
      botIdle && bareIdle && botIdle.median <= MAX_IDLE_RATIO * bareIdle.median,
    ),
  ];
}

function verdict(target: string, isMet: boolean | undefined): string {
  return `${isMet === undefined ? 'unknown' : isMet ? 'met' : 'MISSED'}: ${target}`;
}

/** What a reader has to know to trust the numbers. */
function remarks({ bot, bare }: Results): string[] {
  const rounds = [...bot, ...bare];
  const lost = rounds
    .flatMap(({ spread, atOnce }) => [...spread.latenciesMs, ...atOnce.latenciesMs])
    .filter((latencyMs) => !Number.isFinite(latencyMs)).length;
  const busiest = Math.max(...rounds.map(({ spread }) => spread.sandboxShare));
  const longestWait = Math.max(...rounds.map(({ waitShare }) => waitShare ?? 0));
  const slowest = Math.max(...rounds.map(({ spread }) => spread.sentWithinMs));
  return [
    ...(lost > 0 ? [`${lost} commands were not acknowledged within 3 s.`] : []),
    ...(busiest > BUSY_SANDBOX_SHARE
      ? [`The sandbox was busy for ${percent(busiest)?.toFixed(0)} % of a round, so it is part of the measured times.`]
      : []),
    ...(longestWait > BUSY_MACHINE_SHARE
      ? [
          `Other work kept the machine busy: a process waited for a core during ${percent(longestWait)?.toFixed(0)} % of a round. Measure again when it is idle.`,
        ]
      : []),
    `Every command was sent within ${(slowest / 1_000).toFixed(2)} s of the first.`,
    'With all commands at once, the sandbox is as busy as the process, so those rows include both.',
    ...(rounds.some(({ idleBytes }) => idleBytes === undefined)
      ? ['Memory and CPU are missing, because this system has no /proc.']
      : []),
  ];
}

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / BYTES_PER_MIB;
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : share * 100;
}
