import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BotProcess, startBot } from '../bot.ts';
import { DiscordSandbox } from '../discord/index.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../segmind/index.ts';

/** What a terminal needs of the stand-ins. */
export interface StandIns {
  readonly discord: DiscordSandbox;
  readonly segmind: Pick<SegmindSandbox, 'violations' | 'script' | 'clearFaults' | 'setCredits' | 'coolDown'>;
}

/** Both stand-ins and the built bot between them. */
export class Stack implements StandIns {
  readonly discord: DiscordSandbox;
  readonly segmind: SegmindSandbox;
  /** With the database, so that a bot that was killed goes on where it was. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'timeless-sandbox-'));
  #bot: BotProcess | undefined;

  private constructor(discord: DiscordSandbox, segmind: SegmindSandbox) {
    this.discord = discord;
    this.segmind = segmind;
  }

  /** Starts all three and waits until the bot has registered its commands. @throws Error when the bot ends instead */
  static async start(options: SegmindSandboxOptions = {}): Promise<Stack> {
    const stack = new Stack(await DiscordSandbox.start(), await SegmindSandbox.start(options));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        stack.bot.kill();
        process.exit(1);
      });
    }
    try {
      await stack.startBot();
      await stack.discord.waitFor(() => stack.discord.commands.length > 0);
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** The bot that was started last. */
  get bot(): BotProcess {
    if (!this.#bot) throw new Error('no bot was started yet');
    return this.#bot;
  }

  /** Starts the bot on the database that is there. @throws Error when it ends before it is connected */
  async startBot(): Promise<void> {
    this.#bot = startBot({ discord: this.discord, segmind: this.segmind, folder: this.#folder });
    await this.#bot.ready;
  }

  async stop(): Promise<void> {
    await this.#bot?.stop();
    await Promise.all([this.discord.close(), this.segmind.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
