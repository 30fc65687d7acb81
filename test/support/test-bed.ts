import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import {
  type Actor,
  buttonsOf,
  DiscordSandbox,
  type DiscordSandboxOptions,
  type Invocation,
  type Message,
} from '../../sandbox/discord/index.ts';
import { seedSettings, UNLIMITED, UNLIMITED_ENV } from '../../sandbox/seed-settings.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../../sandbox/segmind/index.ts';

export interface TestBed {
  readonly discord: DiscordSandbox;
  readonly segmind: SegmindSandbox;
  /** The running bot. */
  readonly bot: BotProcess;
  /** The bot's working folder, with its database; it outlives the bot. */
  readonly folder: string;
  /** A member in #general. */
  member(name: string): Actor;
  /** Ends the bot by SIGKILL, and starts it again on the same database. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the bot by SIGKILL. */
  crash(): Promise<void>;
  /** Ends everything; fails if the bot broke a rule of Discord or Segmind, or crashed. */
  close(): Promise<void>;
}

interface TestBedOptions {
  readonly discord?: DiscordSandboxOptions;
  readonly segmind?: SegmindSandboxOptions;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  /** As for `startBot`. */
  readonly wrapper?: readonly string[];
  /** The settings of the first server; default: no limits. */
  readonly settings?: object;
  /** Rules that this test breaks on purpose, by name. */
  readonly expectedViolations?: readonly string[];
}

/** The built bot with stand-ins for Discord and Segmind, fast and with a large budget by default. */
export async function openTestBed(options: TestBedOptions = {}): Promise<TestBed> {
  const discord = await DiscordSandbox.start(options.discord);
  const segmind = await SegmindSandbox.start({
    queueMs: 50,
    renderMs: 100,
    requestsPerMinute: 600,
    ...options.segmind,
  });
  const folder = mkdtempSync(join(tmpdir(), 'timeless-test-'));
  const databaseUrl = options.env?.['DATABASE_URL'] ?? `file:${join(folder, 'data', 'timeless.db')}`;
  await seedSettings(databaseUrl, discord.guild.id, options.settings ?? UNLIMITED);
  const requestsPerMinute = String(options.segmind?.requestsPerMinute ?? 600);
  const start = async (env: Readonly<Record<string, string>> = {}) => {
    const started = startBot({
      discord,
      segmind,
      folder,
      env: { ...UNLIMITED_ENV, SEGMIND_REQUESTS_PER_MINUTE: requestsPerMinute, ...options.env, ...env },
      ...(options.nodeOptions ? { nodeOptions: options.nodeOptions } : {}),
      ...(options.wrapper ? { wrapper: options.wrapper } : {}),
    });
    await started.ready;
    return started;
  };
  let bot = await start();
  const crash = async () => {
    bot.kill();
    await bot.exited;
  };
  try {
    await discord.waitFor(() => discord.commands.length > 0);
  } catch (error) {
    // Otherwise it would keep running, and connect to whatever gets its sandbox's port next.
    await crash();
    throw error;
  }
  return {
    discord,
    segmind,
    folder,
    get bot() {
      return bot;
    },
    member: (name) => discord.actor(name, discord.guild.channel('general')),
    crash,
    async restart(env) {
      await crash();
      bot = await start(env);
    },
    async close() {
      const code = await bot.stop();
      await discord.close();
      await segmind.close();
      rmSync(folder, { recursive: true, force: true });
      const violations = [...discord.violations, ...segmind.violations];
      const unexpected = violations.filter(({ rule }) => !(options.expectedViolations ?? []).includes(rule));
      expect(unexpected).toEqual([]);
      expect(bot.stderr).toBe('');
      expect(code).toBe(0);
    },
  };
}

/** The labels of a message's buttons. */
export function labelsOf(message: Message): string[] {
  return buttonsOf(message).map(({ label }) => label ?? '');
}

/** All text of a message that a member reads. */
export function textOf(message: Message): string {
  return [
    message.content,
    ...message.embeds.flatMap((embed) => [
      embed.title ?? '',
      embed.description ?? '',
      ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
      embed.footer?.text ?? '',
    ]),
  ].join('\n');
}

/** Waits until a reply shows that its job has ended. */
export function ended(invocation: Invocation, timeoutMs?: number): Promise<Message> {
  return invocation.waitForReply((message) => labelsOf(message).includes('Details'), timeoutMs);
}

/** Waits until a reply has images and that is stored, as the buttons of a person find it. */
export async function storedReply(bed: TestBed, invocation: Invocation): Promise<Message> {
  const message = await imageReply(invocation);
  const id = /details:(\w+)/.exec(JSON.stringify(message.components))?.[1];
  await bed.discord.waitFor(() => bed.bot.log.some(({ msg, job }) => msg === 'delivered' && job === id));
  return message;
}

/** Waits until a reply has images. */
export function imageReply(invocation: Invocation, timeoutMs?: number): Promise<Message> {
  return invocation.waitForReply((message) => message.attachments.length > 0, timeoutMs);
}
