import { type BotProcess, startBot } from '../bot.ts';
import { DiscordSandbox } from '../discord/index.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../segmind/index.ts';

/** Both stand-ins and the built bot between them. */
export interface Stack {
  discord: DiscordSandbox;
  segmind: SegmindSandbox;
  bot: BotProcess;
  stop: () => Promise<void>;
}

/** Starts all three and waits until the bot has registered its commands. @throws Error when the bot ends instead */
export async function startStack(options: SegmindSandboxOptions = {}): Promise<Stack> {
  const [discord, segmind] = await Promise.all([DiscordSandbox.start(), SegmindSandbox.start(options)]);
  const bot = startBot({ discord, segmind });
  const stop = async () => {
    await bot.stop();
    await Promise.all([discord.close(), segmind.close()]);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      bot.kill();
      process.exit(1);
    });
  }
  try {
    await bot.ready;
    await discord.waitFor(() => discord.commands.length > 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { discord, segmind, bot, stop };
}
