import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll } from 'vitest';

/** Discord waits this long for an acknowledgement: a test file that is held up longer fails for the machine's sake, not the bot's. */
const DISCORD_PATIENCE_MS = 3_000;

const delay = monitorEventLoopDelay();
delay.enable();

afterAll(() => {
  delay.disable();
  const longestMs = delay.max / 1_000_000;
  if (longestMs < DISCORD_PATIENCE_MS) return;
  process.stderr.write(
    `\nSTARVED: this test file was held up for ${Math.round(longestMs)} ms at once. Too much runs on this machine: lower maxWorkers in vitest.config.ts.\n`,
  );
});
