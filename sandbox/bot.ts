import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** The bot bounds its own stop: by 8 s for POSTs and deliveries, and 2 s for each connection. */
const STOP_WITHIN_MS = 20_000;

interface StartOptions {
  readonly discord: { readonly apiUrl: string; readonly token: string };
  readonly segmind: {
    readonly url: string;
    readonly apiKey: string;
    readonly imageHost: string;
    readonly secondImageHost?: string;
  };
  /** Settings beside the addresses and keys of the two stand-ins. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder, with the database, of an earlier bot; default: a new one, which is removed at the end. */
  readonly folder?: string;
  /** Options of node itself, such as `--expose-gc`. */
  readonly nodeOptions?: readonly string[];
  /** A command, with its first arguments, that replaces itself by the one that follows it, such as one that sets a limit before. */
  readonly wrapper?: readonly string[];
}

/** The built bot as a process of its own. */
export interface BotProcess {
  readonly pid: number;
  /** All that it has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of its log so far. */
  readonly log: Record<string, unknown>[];
  /** Resolves when the bot is connected; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<number | null>;
  readonly isRunning: boolean;
  /** Ends it by SIGTERM; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Ends it by SIGKILL: it gets no chance to tidy up. */
  kill(): void;
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** Starts the built bot against the two stand-ins, in a folder of its own and without the settings of whoever starts it. */
export function startBot(options: StartOptions): BotProcess {
  const { discord, segmind, env = {}, nodeOptions = [], wrapper = [], folder: earlier } = options;
  const folder = earlier ?? mkdtempSync(join(tmpdir(), 'timeless-'));
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
    if (earlier === undefined) rmSync(folder, { recursive: true, force: true });
    return typeof code === 'number' ? code : null;
  });
  const ready = new Promise<void>((resolve, reject) => {
    let isReady = false;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout += text;
      // Looked for once: what a busy bot prints is long.
      if (isReady || !printed.stdout.includes('"msg":"ready"')) return;
      isReady = true;
      resolve();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed.stderr += text;
    });
    void exited.then((code) => reject(new Error(`The bot ended (${code}) before it was ready:\n${printed.stderr}`)));
  });
  // Whoever starts a bot to see it fail looks at `exited` only.
  ready.catch(() => {});
  return {
    // True: a process that could not be spawned has no pid, and then `exited` settles at once.
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
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
