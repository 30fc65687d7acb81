import { build } from './session/build.ts';
import { Stack } from './session/stack.ts';
import { parseFlags, USAGE } from './terminal/parse-flags.ts';
import { runInteractive } from './terminal/run-interactive.ts';
import { runOnce } from './terminal/run-once.ts';

/** Slow enough to watch the progress of an image. */
const WATCHABLE_TIMES = { queueMs: 1_500, renderMs: 4_000 };
const QUICK_TIMES = { queueMs: 100, renderMs: 600 };

async function main(): Promise<number> {
  const flags = parseFlags(process.argv.slice(2));
  if ('problem' in flags) {
    console.error(flags.problem);
    return 2;
  }
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  await build();
  const { once, as, in: place, out, watch } = flags;
  if (once === undefined) return runInteractive(await Stack.start(WATCHABLE_TIMES), { folder: out, watch });
  return runOnce(await Stack.start(QUICK_TIMES), { text: once, as, place, folder: out });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
