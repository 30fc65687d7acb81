import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

/** Whether util-linux's `script` is installed, which gives a command a terminal. */
export const hasTerminals = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

interface Terminal {
  /** Everything shown so far, without colours and cursor movements. */
  shown(): string;
  /** The same, unprocessed. */
  raw(): string;
  type(text: string): void;
  readonly exited: Promise<number | null>;
}

/** Runs a command in a pseudo-terminal, without the settings of the test's own environment; it ends with the test. */
export function openTerminal(
  commandLine: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Terminal {
  const child = spawn(
    'script',
    ['--quiet', '--return', '--flush', '--command', `stty columns 240 rows 50; ${commandLine}`, '/dev/null'],
    {
      cwd,
      env: { PATH: process.env['PATH'], TERM: 'xterm', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exited = once(child, 'close').then(([code]): number | null => code);
  onTestFinished(async () => {
    child.kill();
    await exited;
  });
  return {
    shown: () => stripVTControlCharacters(output).replaceAll('\r', ''),
    raw: () => output,
    type: (text) => void child.stdin.write(text),
    exited,
  };
}
