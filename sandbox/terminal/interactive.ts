import { once } from 'node:events';
import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { BotProcess } from '../bot.ts';
import { coloured } from './coloured.ts';
import { Feed } from './feed.ts';
import { rebuildOnChange } from './rebuild.ts';
import { Session } from './session.ts';
import type { Stack } from './stack.ts';
import { createCompleter } from './tab.ts';

interface InteractiveOptions {
  /** Where images and other files go. */
  readonly folder: string;
  /** Compile and restart the bot when its sources change. */
  readonly watch: boolean;
}

const EXAMPLES = ['/timeless prompt:a red rose in a golden field samples:2', 'fail no-credits', 'kill'];

/** A prompt in the terminal until `quit`, Ctrl+C or the end of the input; resolves to the exit code. */
export async function runInteractive(stack: Stack, { folder, watch }: InteractiveOptions): Promise<number> {
  const session = new Session(stack, folder);
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
  const ended = once(reader, 'close');
  let isStopping = false;
  let isRestarting = false;
  const reportEnd = (bot: BotProcess) => {
    void bot.exited.then((code) => {
      if (isStopping || isRestarting) return;
      const reason = code === null ? 'it was killed' : `exit code ${code}`;
      print(
        coloured(
          'red',
          [`The bot has ended (${reason}). Type start to start it again.`, bot.stderr].join('\n').trimEnd(),
        ),
      );
    });
  };
  reportEnd(stack.bot);
  const ask = () => {
    if (!output.isTTY) return;
    reader.setPrompt(session.prompt);
    reader.prompt();
  };
  const answer = async (text: string) => {
    if (!output.isTTY) output.write(`${session.prompt}${text}\n`);
    const line = session.parse(text);
    if (line.kind === 'quit') {
      reader.close();
      return;
    }
    try {
      const said = await session.run(line);
      if (line.kind === 'start') reportEnd(stack.bot);
      if (said !== undefined) output.write(`${said}\n`);
    } catch (error) {
      output.write(`${coloured('red', String(error instanceof Error ? error.message : error))}\n`);
    }
    ask();
  };
  // One after another: a line may rely on what the one before it did.
  let answered = Promise.resolve();
  reader.on('line', (text) => {
    answered = answered.then(() => answer(text));
  });
  output.write(`Discord and Segmind are stand-ins: no account, no cost. The bot is process ${stack.bot.pid}, the real one. Type ${coloured('cyan', 'help')}, or try:
${EXAMPLES.map((example) => `  ${coloured('cyan', example)}`).join('\n')}\n\n`);
  const restart = async () => {
    isRestarting = true;
    try {
      await stack.bot.stop();
      await stack.startBot();
    } finally {
      isRestarting = false;
    }
    reportEnd(stack.bot);
    print(`The bot was rebuilt and runs as process ${stack.bot.pid}.`);
  };
  const stopWatching = watch
    ? rebuildOnChange({
        onProblem: print,
        onRebuilt() {
          answered = answered.then(restart).catch((error: unknown) => print(String(error)));
        },
      })
    : () => {};
  ask();
  await ended;
  if (output.isTTY) output.write('\nStopping...\n');
  stopWatching();
  await answered;
  isStopping = true;
  const exitCode = stack.bot.isRunning ? 0 : 1;
  await stack.stop();
  feed.look();
  feed.close();
  return exitCode;
}
