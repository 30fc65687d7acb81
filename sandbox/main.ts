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
const WATCHABLE_TIMES = { queueMs: 1_500, renderMs: 4_000, areVaried: true };
const QUICK_TIMES = { queueMs: 100, renderMs: 600 };

async function startPage(stack: Stack, port: number): Promise<PageServer> {
  const folder = await buildPage();
  try {
    const page = await PageServer.start(stack, folder, port);
    console.log(`Open ${coloured('cyan', page.url)} in a browser.`);
    return page;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(`Port ${port} is in use. Choose another with --port.`);
    }
    throw error;
  }
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
    let page: PageServer | undefined;
    try {
      if (flags.page) page = await startPage(stack, flags.port);
      // The page is there while the bot is still being built and connects.
      await build();
      await stack.startBot();
    } catch (error) {
      await Promise.all([page?.close(), stack.stop()]);
      throw error;
    }
    const exitCode = await runInteractive(stack, { folder: out, watch, pageUrl: page?.url });
    await page?.close();
    return exitCode;
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
