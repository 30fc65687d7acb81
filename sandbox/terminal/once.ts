import { setTimeout as sleep } from 'node:timers/promises';
import { buttonsOf, type Invocation, type Message } from '../discord/index.ts';
import { Feed } from './feed.ts';
import { Session } from './session.ts';
import type { Stack } from './stack.ts';

const DEFERRED = 5;
const LOOK_EVERY_MS = 50;
const GIVE_UP_AFTER_MS = 180_000;

/** Runs one command and prints the conversation; resolves to 0 when an image was delivered and no rule was broken, else 1. */
export async function runOnce(stack: Stack, text: string, folder: string): Promise<number> {
  const session = new Session(stack);
  const feed = new Feed(stack.discord, folder, (news) => console.log(news));
  try {
    const line = session.parse(text);
    if (line.kind !== 'command') {
      console.error(line.kind === 'problem' ? line.text : 'this is no slash command');
      return 1;
    }
    console.log(`${session.prompt}${text.trim()}`);
    await answered(stack, await session.act(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    // A bot that is asked to stop finishes what it was delivering.
    await stack.stop();
    feed.look();
    feed.close();
  }
  return feed.savedCount > 0 && stack.discord.violations.length === 0 ? 0 : 1;
}

async function answered(stack: Stack, invocation: Invocation): Promise<void> {
  const { type } = await invocation.acknowledged();
  if (type !== DEFERRED) return;
  const giveUpAtMs = Date.now() + GIVE_UP_AFTER_MS;
  let botCode: number | null | undefined;
  void stack.bot.exited.then((code) => {
    botCode = code;
  });
  while (!isFinal(invocation.reply())) {
    if (botCode !== undefined) throw new Error(`the bot ended (${botCode}):\n${stack.bot.stderr}`);
    if (Date.now() > giveUpAtMs) throw new Error(`no end of it within ${GIVE_UP_AFTER_MS / 1000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** A message that the bot won't change any more: only one that has ended has files, or a button to delete it. */
function isFinal(message: Message | undefined): boolean {
  if (!message) return false;
  return (
    message.deleted ||
    message.attachments.length > 0 ||
    buttonsOf(message).some(({ label }) => label.startsWith('Delete'))
  );
}
