import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BotProcess, type StartOptions, startBot } from '../bot.ts';
import { DiscordSandbox } from '../discord/index.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../segmind/index.ts';

type BotOptions = Pick<StartOptions, 'env' | 'nodeOptions'>;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The parts of the stand-ins that a terminal needs. */
export interface StandIns {
  readonly discord: DiscordSandbox;
  readonly segmind: Pick<
    SegmindSandbox,
    'violations' | 'script' | 'clearFaults' | 'setCredits' | 'coolDown' | 'hold' | 'release'
  >;
}

/** Both stand-ins, and the built bot connected to them. */
export class Stack implements StandIns {
  readonly discord: DiscordSandbox;
  readonly segmind: SegmindSandbox;
  /** Holds the database, so that a killed bot resumes where it was. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'timeless-sandbox-'));
  readonly #botOptions: BotOptions;
  #bot: BotProcess | undefined;
  #isReady = false;
  readonly #killAndExit = () => {
    this.#bot?.kill();
    process.exit(1);
  };

  private constructor(discord: DiscordSandbox, segmind: SegmindSandbox, botOptions: BotOptions) {
    this.#botOptions = botOptions;
    this.discord = discord;
    this.segmind = segmind;
  }

  /** Starts both stand-ins, without a bot. @param botOptions for each bot */
  static async create(options: SegmindSandboxOptions = {}, botOptions: BotOptions = {}): Promise<Stack> {
    const stack = new Stack(await DiscordSandbox.start(), await SegmindSandbox.start(options), botOptions);
    for (const signal of SIGNALS) process.once(signal, stack.#killAndExit);
    return stack;
  }

  /** Starts all three and waits until the bot has registered its commands. @throws Error when the bot exits instead */
  static async start(options: SegmindSandboxOptions = {}): Promise<Stack> {
    const stack = await Stack.create(options);
    try {
      await stack.startBot();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** The bot that was started most recently. */
  get bot(): BotProcess {
    if (!this.#bot) throw new Error('no bot has been started yet');
    return this.#bot;
  }

  /** Starts the bot on the existing database and waits until it has registered its commands. @throws Error when it exits instead */
  async startBot(): Promise<void> {
    this.#isReady = false;
    this.#bot = startBot({
      discord: this.discord,
      segmind: this.segmind,
      folder: this.#folder,
      nodeOptions: this.#botOptions.nodeOptions ?? [],
      env: { SEGMIND_REQUESTS_PER_MINUTE: String(this.segmind.requestsPerMinute), ...this.#botOptions.env },
    });
    await this.#bot.ready;
    await this.discord.waitFor(() => this.discord.commands.length > 0);
    this.#isReady = true;
  }

  /** Whether the bot is connected, still connecting, or gone. */
  get botState(): { state: 'starting' | 'running' | 'stopped'; pid?: number } {
    const bot = this.#bot;
    if (!bot) return { state: 'starting' };
    if (!bot.isRunning) return { state: 'stopped' };
    return { state: this.#isReady ? 'running' : 'starting', pid: bot.pid };
  }

  /** The address of the bot's database. */
  get databaseUrl(): string {
    return `file:${join(this.#folder, 'data', 'timeless.db')}`;
  }

  async stop(): Promise<void> {
    for (const signal of SIGNALS) process.off(signal, this.#killAndExit);
    await this.#bot?.stop();
    await Promise.all([this.discord.close(), this.segmind.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
