import { expect, it } from 'vitest';
import { renderUsageChart } from '../../src/usage-chart/render-usage-chart.ts';

const USAGE = { month: '2026-11', today: '2026-11-22', rows: [], locale: 'en-US' };

/** A thread that runs these lines. */
function threadOf(lines: string): URL {
  return new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from 'node:worker_threads';${lines}`)}`,
  );
}

/** Posts the month that it was asked for. */
const ECHO = threadOf('parentPort.postMessage(Buffer.from(workerData.month));');

it('resolves to the bytes that the thread posts', async () => {
  expect(await renderUsageChart(USAGE, ECHO)).toEqual(Buffer.from('2026-11'));
});

it.each([
  ['throws', "throw new RangeError('no canvas here');", undefined, 'no canvas here'],
  ['fails to load', "await import('no-such-package');", undefined, 'no-such-package'],
  ['ends without an image', 'process.exit(7);', undefined, 'ended with code 7'],
  ['computes without an end', 'for (;;);', 300, 'longer than 300 ms'],
  ['waits without an end', 'setInterval(() => {}, 1_000);', 300, 'longer than 300 ms'],
])('rejects when the thread %s, and draws the next chart', async (_, lines, timeoutMs, message) => {
  const failed = renderUsageChart(USAGE, threadOf(lines), timeoutMs);
  const next = renderUsageChart(USAGE, ECHO);
  await expect(failed).rejects.toThrow(message);
  expect(await next).toEqual(Buffer.from('2026-11'));
});

it('draws one chart after the other, in the order asked', async () => {
  const drawn: string[] = [];
  const draw = async (month: string, waitMs: number) => {
    const thread = threadOf(`setTimeout(() => parentPort.postMessage(Buffer.from(workerData.month)), ${waitMs});`);
    drawn.push((await renderUsageChart({ ...USAGE, month }, thread)).toString());
  };
  await Promise.all([draw('2026-10', 300), draw('2026-11', 0), draw('2026-12', 100)]);
  expect(drawn).toEqual(['2026-10', '2026-11', '2026-12']);
});
