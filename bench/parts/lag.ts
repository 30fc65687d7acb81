import { measureSandbox } from '../lag/measure-sandbox.ts';
import type { Polled } from '../lag/poll-requests.ts';
import { SCENARIOS, type Scenario } from '../lag/scenarios.ts';
import { simulate } from '../lag/simulate.ts';
import type { Part, Row, Table } from '../part.ts';

const REQUESTS = 500;
const REAL_REQUESTS = 60;
const QUICK_REQUESTS = 6;

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean lag and polls, and their ratios to those of a fixed second. */
function compareRows(bot: Polled, beside: Polled, aims?: Scenario['aims']): Row[] {
  const row = (figure: string, of: (polled: Polled) => readonly number[], digits: number, atMost?: number): Row => ({
    figure,
    bot: [meanOf(of(bot))],
    beside: [meanOf(of(beside))],
    digits,
    ...(atMost === undefined ? {} : { aim: { of: 'ratio', atMost } }),
  });
  return [row('lag, ms', ({ lagsMs }) => lagsMs, 0, aims?.lag), row('polls', ({ polls }) => polls, 1, aims?.polls)];
}

/** One scenario in virtual time, beside a fixed second. @param reportsTimes whether answers say how long they took; default true */
export async function compareScenario(
  { title, aims, request }: Scenario,
  { count = REQUESTS, reportsTimes = true } = {},
): Promise<Table> {
  const requests = Array.from({ length: count }, (_, index) => request(index, count));
  const bot = await simulate('scheduled', requests, { reportsTimes });
  const beside = await simulate('fixed', requests, { reportsTimes });
  return { title, beside: 'every second', rows: compareRows(bot, beside, aims) };
}

async function compareWithSandbox(count: number): Promise<Table> {
  const scheduled = await measureSandbox('scheduled', count);
  const fixed = await measureSandbox('fixed', count);
  const named = (name: string, rows: Row[]) => rows.map((row) => ({ ...row, figure: `${name}: ${row.figure}` }));
  return {
    title: `The same ${count} requests in virtual time and at the sandbox`,
    beside: 'every second',
    rows: [
      ...named('virtual', compareRows(scheduled.virtual, fixed.virtual)),
      ...named('sandbox', compareRows(scheduled.real, fixed.real)),
    ],
  };
}

export const lag = {
  name: 'lag',
  about:
    "how soon the bot's poller notices that a request has ended, and by how many polls, beside a poll every second",
  async run({ isQuick }) {
    const count = isQuick ? QUICK_REQUESTS : REQUESTS;
    const tables: Table[] = [];
    for (const scenario of SCENARIOS) tables.push(await compareScenario(scenario, { count }));
    const [mixed] = SCENARIOS;
    if (mixed) {
      const title = `${mixed.title}, when no answer says how long it took`;
      tables.push(await compareScenario({ title, request: mixed.request }, { count, reportsTimes: false }));
    }
    tables.push(await compareWithSandbox(isQuick ? QUICK_REQUESTS : REAL_REQUESTS));
    return tables;
  },
} satisfies Part;
