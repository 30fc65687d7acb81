import { setTimeout as wait } from 'node:timers/promises';
import type { BenchOptions } from './part.ts';

const SETTLE_MS = 10_000;
const QUICK_SETTLE_MS = 300;

/** Waits until what was started or sent before no longer affects what is measured next. */
export async function settle({ isQuick }: BenchOptions): Promise<void> {
  await wait(isQuick ? QUICK_SETTLE_MS : SETTLE_MS);
}
