import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { MonthlyUsage } from '../replies/usage-ranking.ts';
import { untilAborted, withTimeout } from '../time.ts';

/** TypeScript or JavaScript, as this file is. */
const WORKER = new URL(`worker${extname(import.meta.url)}`, import.meta.url);
const oneAtATime = pLimit(1);

/**
 * A server's month as a PNG: totals, images and costs by day, and the members with the most images by their number in `rankMembers`.
 * A thread of its own draws it and ends: charts are rare, and what draws them would take memory at all times.
 * @param timeoutMs how long that may take; usually less than a second; 15 s by default
 * @throws what the thread throws, or an Error if it ends without an image or takes too long
 */
export function renderUsageChart(usage: MonthlyUsage, worker = WORKER, timeoutMs = 15_000): Promise<Buffer> {
  const timeout = () => new Error(`The chart took longer than ${timeoutMs} ms`);
  return oneAtATime(() =>
    withTimeout(timeoutMs, timeout, async (signal) => {
      const thread = new Worker(worker, { workerData: usage, execArgv: [], env: { DISABLE_SYSTEM_FONTS_LOAD: '1' } });
      const image = once(thread, 'message').then(([bytes]) => Buffer.from(bytes));
      const exit = once(thread, 'exit').then(([code]) =>
        Promise.reject(new Error(`The chart thread ended with code ${code}`)),
      );
      try {
        return await untilAborted(Promise.race([image, exit]), signal);
      } finally {
        // Not awaited, since native code can't be interrupted.
        void thread.terminate();
      }
    }),
  );
}
