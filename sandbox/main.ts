import { buildPage } from './page/build-page.ts';
import { PageServer } from './page/server/page-server.ts';
import { addPlaces } from './session/add-places.ts';
import { build } from './session/build.ts';
import { Stack } from './session/stack.ts';
import { coloured } from './terminal/coloured.ts';
import { parseFlags, USAGE } from './terminal/parse-flags.ts';
import { runInteractive } from './terminal/run-interactive.ts';
import { runOnce } from './terminal/run-once.ts';

/** Slow enough to watch the progress of an image. */
const WATCHABLE_TIMES = { queueMs: 1_500, renderMs: 4_000 };
const QUICK_TIMES = { queueMs: 100, renderMs: 600 };

/** Serves the page while the bot is still being built; resolves to its address. */
async function startPage(stack: Stack, port: number): Promise<string> {
  const { url } = await PageServer.start(stack, await buildPage(), port);
  console.log(`Open ${coloured('cyan', url)} in a browser.`);
  return url;
}

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
  const { once, as, in: place, out, watch } = flags;
  if (once === undefined) {
    const stack = await Stack.create(WATCHABLE_TIMES);
    addPlaces(stack.discord);
    const pageUrl = flags.page ? await startPage(stack, flags.port) : undefined;
    await build();
    await stack.connectBot();
    return runInteractive(stack, { folder: out, watch, pageUrl });
  }
  await build();
  return runOnce(await Stack.start(QUICK_TIMES), { text: once, as, place, folder: out });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
