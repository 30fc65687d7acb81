import { alternate } from '../alternate.ts';
import { type Measured, measureLoad } from '../measure-load.ts';
import type { Part, Table } from '../part.ts';
import { savePlot } from '../plot.ts';
import { median, percentile } from '../statistics.ts';

const JOBS_UNDER_WAY = [1, 10, 100, 1_000];
const QUICK_JOBS_UNDER_WAY = [1, 10];
const LOAD = { commands: 200, perSecond: 25 };
const QUICK_LOAD = { commands: 10, perSecond: 25 };
const ROUNDS = 3;
const BYTES_PER_MIB = 1024 * 1024;

const FIGURES = [
  {
    name: 'acknowledgement',
    title: 'acknowledgement p99, ms',
    of: (its: Measured) => percentile(its.latenciesMs, 0.99),
  },
  { name: 'cpu', title: 'CPU, % of a core', of: ({ cpuShare = Number.NaN }: Measured) => cpuShare * 100 },
  {
    name: 'memory',
    title: 'resident memory, MiB',
    of: ({ residentBytes = Number.NaN }: Measured) => residentBytes / BYTES_PER_MIB,
  },
];

export const growth = {
  name: 'growth',
  about: `how cost grows with jobs under way, at ${LOAD.perSecond} commands a second`,
  async run(options) {
    const tables: Table[] = [];
    const medians: { bot: number[]; beside: number[] }[] = FIGURES.map(() => ({ bot: [], beside: [] }));
    const counts = options.isQuick ? QUICK_JOBS_UNDER_WAY : JOBS_UNDER_WAY;
    for (const jobsUnderWay of counts) {
      const scenario = { jobsUnderWay, load: options.isQuick ? QUICK_LOAD : LOAD };
      const { bot, beside } = await alternate(options.isQuick ? 1 : ROUNDS, {
        bot: () => measureLoad('bot', scenario, options),
        beside: () => measureLoad('beside', scenario, options),
      });
      const rows = FIGURES.map(({ title, of }) => ({ figure: title, bot: bot.map(of), beside: beside.map(of) }));
      tables.push({ title: `${jobsUnderWay} jobs under way`, beside: 'bare client', rows });
      for (const [index, row] of rows.entries()) {
        medians[index]?.bot.push(median(row.bot));
        medians[index]?.beside.push(median(row.beside));
      }
    }
    if (options.savesPlots) {
      for (const [index, { name, title }] of FIGURES.entries()) {
        const { bot = [], beside = [] } = medians[index] ?? {};
        savePlot(name, {
          title,
          x: { title: 'jobs under way', values: counts },
          lines: [
            { label: 'bot', values: bot },
            { label: 'bare client', values: beside },
          ],
        });
      }
    }
    return tables;
  },
} satisfies Part;
