import { createBot } from './bot.ts';
import { ConfigError, readConfig } from './config.ts';
import { FatalError } from './fatal.ts';
import { createLog, printable } from './log.ts';

/** Prints what the operator has to do, and ends the process. */
function fail(lines: readonly string[]): never {
  process.stderr.write(`${lines.map(printable).join('\n')}\n`);
  process.exit(1);
}

function settings() {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) fail([...error.problems, ...error.hints]);
    throw error;
  }
}

/** For a terminal: readable lines instead of JSON. Not buffered, so that the last line before an exit is shown too. */
async function openTerminalLog() {
  const { readableLine } = await import('./readable-line.ts');
  return { write: (line: string) => void process.stdout.write(readableLine(line)) };
}

// The database and the images contain prompts and tokens: no other user may read them.
process.umask(0o077);
const { config, hints } = settings();
const log = createLog(
  { level: config.log.level, logPrompts: config.log.prompts },
  process.stdout.isTTY ? await openTerminalLog() : undefined,
);
for (const hint of hints) log.warn({ hint }, 'setting cleaned up');

process.on('unhandledRejection', (reason) => {
  log.error({ err: reason }, 'unhandled rejection');
});

let isStopping = false;
const onFatal = (error: FatalError) => {
  // While stopping, work under way is finished first.
  if (isStopping) log.error({ err: error }, 'fatal error while stopping');
  else fail([error.message]);
};

async function run(): Promise<void> {
  const bot = await createBot(config, log, onFatal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      log.info({ signal }, 'stopping');
      bot.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'stop failed');
          process.exit(1);
        },
      );
    });
  }
  await bot.start();
}

try {
  await run();
} catch (error) {
  if (error instanceof FatalError) onFatal(error);
  log.fatal({ err: error }, 'start failed');
  process.exit(1);
}
