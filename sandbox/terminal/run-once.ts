import { setTimeout as sleep } from 'node:timers/promises';
import { buttonsOf, type Invocation, type Message } from '../discord/index.ts';
import { Feed } from './feed.ts';
import { formText } from './form.ts';
import { Session } from './session.ts';
import type { Stack, StandIns } from './stack.ts';

const DEFERRED = 5;
const POLL_INTERVAL_MS = 50;
const TIMEOUT_MS = 180_000;

/** The command that makes an image; every other command is done once the bot has answered. */
const IMAGE_COMMAND = 'timeless';

type RunningSandbox = StandIns & Pick<Stack, 'bot' | 'startBot' | 'stop'>;

interface OnceOptions {
  /** The slash command. */
  text: string;
  /** The member who types it; default alice. */
  as: string | undefined;
  /** A channel's name, or `dm`; default general. */
  place: string | undefined;
  /** Where files are saved. */
  folder: string;
}

/**
 * Runs one command and prints the conversation.
 * @returns 0 when an image was delivered (or, for other commands, the bot answered) and no rule was broken; else 1
 */
export async function runOnce(stack: RunningSandbox, { text, as, place, folder }: OnceOptions): Promise<number> {
  const session = new Session(stack, folder);
  const feed = new Feed(stack, folder, (news) => console.log(news));
  let makesImage = true;
  try {
    if (as !== undefined) session.switchUser(as);
    if (place !== undefined) session.switchChannel(place);
    const line = session.parse(text);
    if (line.kind !== 'command') {
      console.error(line.kind === 'problem' ? line.text : "this isn't a slash command");
      return 1;
    }
    console.log(`${session.prompt}${text.trim()}`);
    makesImage = line.name === IMAGE_COMMAND;
    const invocation = await session.sendInteraction(line);
    if (invocation.modal) console.log(formText(invocation.modal));
    await waitForAnswer(stack, invocation, makesImage ? isFinal : isAnswer);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    // The bot finishes its deliveries while it shuts down, so print once more afterwards.
    await stack.stop();
    feed.printNews();
    feed.close();
  }
  const isDone = !makesImage || feed.imageCount > 0;
  const violations = [...stack.discord.violations, ...stack.segmind.violations];
  return isDone && violations.length === 0 ? 0 : 1;
}

async function waitForAnswer(
  stack: RunningSandbox,
  invocation: Invocation,
  isEnd: (message: Message | undefined) => boolean,
): Promise<void> {
  const { type } = await invocation.acknowledged();
  if (type !== DEFERRED) return;
  const deadlineMs = Date.now() + TIMEOUT_MS;
  let botCode: number | null | undefined;
  void stack.bot.exited.then((code) => {
    botCode = code;
  });
  while (!isEnd(invocation.reply())) {
    if (botCode !== undefined) throw new Error(`the bot exited (${botCode}):\n${stack.bot.stderr}`);
    if (Date.now() > deadlineMs) throw new Error(`no final answer within ${TIMEOUT_MS / 1000} s`);
    await sleep(POLL_INTERVAL_MS);
  }
}

function isAnswer(message: Message | undefined): boolean {
  return message !== undefined && !message.thinking;
}

/** Whether the bot won't change this message again: only a finished one has files or a Details button. */
function isFinal(message: Message | undefined): boolean {
  if (!message) return false;
  return (
    message.deleted ||
    message.attachments.length > 0 ||
    buttonsOf(message).some(({ label }) => label.startsWith('Details'))
  );
}
