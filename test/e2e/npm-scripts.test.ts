import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { SegmindSandbox } from '../../sandbox/segmind/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Copies what the scripts of package.json need into a temporary folder. */
function copyProject(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'timeless-npm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['package.json', ...names]) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface NpmRun {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown[]>;
  /** The process group of npm and everything that it starts. */
  readonly group: number;
  output(): string;
}

/** Runs a script with the real npm, in its own process group, which is killed at the end of the test. */
function runNpm(folder: string, script: string, env: Readonly<Record<string, string>> = {}): NpmRun {
  const child = spawn('npm', ['run', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'close');
  const { pid: group } = child;
  if (group === undefined) throw new Error('npm could not be started');
  onTestFinished(async () => {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has already exited.
    }
    await exited;
  });
  return { process: child, group, exited, output: () => output };
}

describe('npm start', () => {
  it('passes SIGTERM on to the bot, which stops cleanly and leaves nothing running', async () => {
    const discord = await DiscordSandbox.start();
    onTestFinished(() => discord.close());
    const segmind = await SegmindSandbox.start();
    onTestFinished(() => segmind.close());
    const folder = copyProject([]);
    symlinkSync(join(ROOT, 'dist'), join(folder, 'dist'));
    const npm = runNpm(folder, 'start', {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      SEGMIND_API_KEY: segmind.apiKey,
      SEGMIND_API_URL: segmind.url,
      SEGMIND_IMAGE_HOSTS: segmind.imageHost,
    });
    await expect.poll(npm.output, { timeout: 20_000 }).toContain('"msg":"ready"');
    npm.process.kill('SIGTERM');
    await npm.exited;
    expect(npm.output()).toContain('"msg":"stopping"');
    expect(() => process.kill(-npm.group, 0)).toThrow('ESRCH');
  });
});

describe('without a build', () => {
  it.each(['start', 'doctor', 'data'])('npm run %s says what to run, and starts nothing', async (script) => {
    const npm = runNpm(copyProject([]), script);
    const [code] = await npm.exited;
    expect(code).toBe(1);
    expect(npm.output()).toContain('There is no build yet: run npm run build.');
    expect(npm.output()).not.toContain('Cannot find module');
  });
});

describe('npm run dev', () => {
  it('compiles and restarts the bot when a source changes, and prints compiler errors', {
    tags: ['slow'],
    timeout: 180_000,
  }, async () => {
    const folder = copyProject(['scripts', 'src', 'sandbox', 'tsconfig.json', 'tsconfig.build.json']);
    const npm = runNpm(folder, 'dev');
    const pids = () => [...npm.output().matchAll(/process (\d+)/g)].map(([, pid]) => pid);
    await expect.poll(npm.output, { timeout: 60_000 }).toMatch(/running as process \d+/);
    expect(npm.output()).toContain('Building...');
    // The page is there before the bot.
    expect(npm.output()).toMatch(/Open http:\/\/127\.0\.0\.1:\d+ in a browser.*running as process/s);
    const [first] = pids();
    const source = join(folder, 'src', 'shards.ts');
    const original = readFileSync(source, 'utf8');
    // The compiler only watches after its first compilation.
    await expect
      .poll(
        () => {
          writeFileSync(source, `${original}\nconst broken: number = 'text';\n`);
          return npm.output();
        },
        { timeout: 60_000, interval: 2_000 },
      )
      .toMatch(/src\/shards\.ts\(\d+,\d+\): error TS/);
    expect(pids()).toEqual([first]);
    writeFileSync(source, `${original}\nprocess.title = 'changed';\n`);
    await expect.poll(npm.output, { timeout: 60_000 }).toContain('The bot was rebuilt');
    expect(new Set(pids()).size).toBe(2);
    npm.process.stdin?.end('quit\n');
    expect(await npm.exited).toEqual([0, null]);
  });
});
