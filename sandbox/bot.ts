import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** The bot limits its own shutdown: 8 s for POSTs and deliveries, and 2 s for each connection. */
const SHUTDOWN_TIMEOUT_MS = 20_000;

export interface StartOptions {
  readonly discord: { readonly apiUrl: string; readonly token: string };
  readonly segmind: {
    readonly url: string;
    readonly apiKey: string;
    readonly imageHost: string;
    readonly secondImageHost?: string;
  };
  /** Settings in addition to the addresses and keys of the two stand-ins. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder of an earlier bot, with its database. Default: a new one, which is removed at the end. */
  readonly folder?: string;
  /** Options of node itself, such as `--expose-gc`. */
  readonly nodeOptions?: readonly string[];
  /** A command, with its first arguments, that runs the bot's command line, such as `prlimit --nofile=64`. */
  readonly wrapper?: readonly string[];
}

/** The built bot, running in its own process. */
export interface BotProcess {
  readonly pid: number;
  /** Everything the bot has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** The parsed lines of the bot's log so far. */
  readonly log: Record<string, unknown>[];
  /** Resolves when the bot is connected; rejects when the bot ends first. */
  readonly ready: Promise<void>;
  readonly exited: Promise<number | null>;
  readonly isRunning: boolean;
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Sends SIGKILL: the bot gets no chance to clean up. */
  kill(): void;
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** Starts the built bot against the two stand-ins, in its own folder and without inheriting the caller's environment. */
export function startBot(options: StartOptions): BotProcess {
  const { discord, segmind, env = {}, nodeOptions = [], wrapper = [], folder: existingFolder } = options;
  const folder = existingFolder ?? mkdtempSync(join(tmpdir(), 'timeless-'));
  const [command = process.execPath, ...commandArguments] = [...wrapper, process.execPath, ...nodeOptions, MAIN];
  const child: ChildProcess = spawn(command, commandArguments, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      SEGMIND_API_KEY: segmind.apiKey,
      SEGMIND_API_URL: segmind.url,
      SEGMIND_IMAGE_HOSTS: [segmind.imageHost, segmind.secondImageHost ?? []].flat().join(','),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  const lines: Record<string, unknown>[] = [];
  let parsedLength = 0;
  const exited = once(child, 'close').then(([code]) => {
    if (existingFolder === undefined) rmSync(folder, { recursive: true, force: true });
    return typeof code === 'number' ? code : null;
  });
  const ready = new Promise<void>((resolve, reject) => {
    let isReady = false;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout += text;
      // Stop searching once it was found: a busy bot prints a lot.
      if (isReady || !printed.stdout.includes('"msg":"ready"')) return;
      isReady = true;
      resolve();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed.stderr += text;
    });
    void exited.then((code) => reject(new Error(`The bot exited (${code}) before it was ready:\n${printed.stderr}`)));
  });
  // Tests that expect the start to fail await only `exited`.
  ready.catch(() => {});
  return {
    // A process that could not be spawned has no pid; `exited` then settles at once.
    pid: child.pid ?? -1,
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    get log() {
      // Each line is parsed once: tests ask for the log every few milliseconds.
      const end = printed.stdout.lastIndexOf('\n') + 1;
      lines.push(...parseLines(printed.stdout.slice(parsedLength, end)));
      parsedLength = end;
      return [...lines];
    },
    ready,
    exited,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), SHUTDOWN_TIMEOUT_MS);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
