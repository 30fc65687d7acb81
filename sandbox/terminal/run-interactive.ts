import { once } from 'node:events';
import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { BotProcess } from '../bot.ts';
import type { Stack } from '../session/stack.ts';
import { coloured } from './coloured.ts';
import { createCompleter } from './create-completer.ts';
import { Feed } from './feed.ts';
import { rebuildOnChange } from './rebuild-on-change.ts';
import { Session } from './session.ts';

interface InteractiveOptions {
  /** Folder for images and other files. */
  readonly folder: string;
  /** Compile and restart the bot when its sources change. */
  readonly watch: boolean;
  /** The address of the page; undefined without one. */
  readonly pageUrl?: string | undefined;
}

const EXAMPLES = ['/timeless prompt:a red rose in a golden field samples:2', 'fail no-credits', 'kill'];

/** Runs a prompt in the terminal until `quit`, Ctrl+C or the end of the input; resolves to the exit code. */
export async function runInteractive(stack: Stack, { folder, watch, pageUrl }: InteractiveOptions): Promise<number> {
  const session = new Session(stack, pageUrl);
  const { stdin: input, stdout: output } = process;
  const reader = createInterface({
    input,
    output,
    completer: createCompleter(
      (text) => session.complete(text),
      (text) => print(text),
    ),
  });
  const print = (text: string) => {
    if (output.isTTY) {
      clearLine(output, 0);
      cursorTo(output, 0);
    }
    output.write(`${text}\n`);
    if (output.isTTY) reader.prompt(true);
  };
  const feed = new Feed(stack, folder, print);
  const closed = once(reader, 'close');
  let isStopping = false;
  let isRestarting = false;
  const reportExit = (bot: BotProcess) => {
    void bot.exited.then((code) => {
      if (isStopping || isRestarting) return;
      const reason = code === null ? 'it was killed' : `exit code ${code}`;
      print(
        coloured('red', [`The bot has exited (${reason}). Type start to restart it.`, bot.stderr].join('\n').trimEnd()),
      );
    });
  };
  reportExit(stack.bot);
  const showPrompt = () => {
    if (!output.isTTY) return;
    reader.setPrompt(session.prompt);
    reader.prompt();
  };
  const handleLine = async (text: string) => {
    if (!output.isTTY) output.write(`${session.prompt}${text}\n`);
    const line = session.parse(text);
    if (line.kind === 'quit') {
      reader.close();
      return;
    }
    try {
      const reply = await session.run(line);
      if (line.kind === 'start') reportExit(stack.bot);
      if (reply !== undefined) output.write(`${reply}\n`);
    } catch (error) {
      output.write(`${coloured('red', String(error instanceof Error ? error.message : error))}\n`);
    }
    showPrompt();
  };
  // Lines are handled one by one, since a line may depend on the one before it.
  let handled = Promise.resolve();
  reader.on('line', (text) => {
    handled = handled.then(() => handleLine(text));
  });
  output.write(`Discord and Segmind are stand-ins: no account, no cost. The bot is the real one, running as process ${stack.bot.pid}. Type ${coloured('cyan', 'help')}, or try:
${EXAMPLES.map((example) => `  ${coloured('cyan', example)}`).join('\n')}\n\n`);
  const restart = async () => {
    isRestarting = true;
    try {
      await stack.bot.stop();
      await stack.startBot();
    } finally {
      isRestarting = false;
    }
    reportExit(stack.bot);
    print(`The bot was rebuilt and restarted as process ${stack.bot.pid}.`);
  };
  const stopWatching = watch
    ? rebuildOnChange({
        onProblem: print,
        onRebuilt() {
          handled = handled.then(restart).catch((error: unknown) => print(String(error)));
        },
      })
    : () => {};
  showPrompt();
  await closed;
  if (output.isTTY) output.write('\nStopping...\n');
  stopWatching();
  await handled;
  isStopping = true;
  const exitCode = stack.bot.isRunning ? 0 : 1;
  await stack.stop();
  feed.printNews();
  feed.close();
  return exitCode;
}
