import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const DOCTOR = fileURLToPath(new URL('../../dist/doctor.js', import.meta.url));

interface Report {
  readonly code: number | null;
  /** Everything that it printed. */
  readonly text: string;
  /** `level text` by the name of the check, in the order of printing. */
  readonly findings: Readonly<Record<string, string>>;
}

/** Runs the built doctor in a folder, with the stand-ins, and without the settings of the test's own environment. */
export async function runDoctor(options: {
  readonly discord: { readonly apiUrl: string; readonly token: string };
  readonly segmind: { readonly url: string; readonly apiKey: string };
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Report> {
  const { discord, segmind, folder, env } = options;
  const child = spawn(process.execPath, [DOCTOR], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      SEGMIND_API_KEY: segmind.apiKey,
      SEGMIND_API_URL: segmind.url,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(complaints).toBe('');
  const lines = printed.matchAll(/^(ok|warning|problem|skipped) +(\w+) +(.*)$/gm);
  const findings = Object.fromEntries([...lines].map(([, level, name, what]) => [name, `${level} ${what}`]));
  return { code: await exited, text: printed, findings };
}
