import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll } from 'vitest';

/** Discord waits this long for an acknowledgement: a test file that is blocked for longer may fail although the bot works. */
const ACKNOWLEDGE_TIMEOUT_MS = 3_000;

const delay = monitorEventLoopDelay();
delay.enable();

afterAll(() => {
  delay.disable();
  const longestMs = delay.max / 1_000_000;
  if (longestMs < ACKNOWLEDGE_TIMEOUT_MS) return;
  process.stderr.write(
    `\nSTARVED: this test file was blocked for ${Math.round(longestMs)} ms at once. This machine is overloaded: lower maxWorkers in vitest.config.ts.\n`,
  );
});
