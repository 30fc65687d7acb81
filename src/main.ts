import { createBot } from './bot.ts';
import { ConfigError, readConfig } from './config.ts';
import { FatalError } from './fatal.ts';
import { createLog, printable } from './log.ts';

/** Ends the process with lines that the operator can act on. */
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

/** Whoever starts the bot at a terminal reads lines, not JSON. Nothing is buffered: the last line before an exit shows too. */
async function openTerminalLog() {
  const { readableLine } = await import('./readable-line.ts');
  return { write: (line: string) => void process.stdout.write(readableLine(line)) };
}

// The database and the images hold prompts and tokens: nobody else on the machine reads them.
process.umask(0o077);
const { config, hints } = settings();
const log = createLog(
  { level: config.log.level, logPrompts: config.log.prompts },
  process.stdout.isTTY ? await openTerminalLog() : undefined,
);
for (const hint of hints) log.warn({ hint }, 'untidy setting');

process.on('unhandledRejection', (reason) => {
  log.error({ err: reason }, 'a rejection that nothing handled');
});

let isStopping = false;
const onFatal = (error: FatalError) => {
  // What is under way has its grace, whatever else breaks meanwhile.
  if (isStopping) log.error({ err: error }, 'while stopping');
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
          log.error({ err: error }, 'the stop failed');
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
