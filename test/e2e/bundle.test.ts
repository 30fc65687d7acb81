import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The stack of an error that is thrown inside the bundle. */
async function readStack(...nodeOptions: string[]): Promise<string> {
  const program = `const { parseConfig } = await import('./dist/config.js');
try { parseConfig({}); } catch (error) { console.log(error.stack); }`;
  const command = [...nodeOptions, '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  return stdout;
}

it('names functions in the stack traces of the bundle, and on request the lines of the sources', async () => {
  expect(await readStack()).toMatch(/at parseConfig \(.*\/dist\/[\w-]+\.js:\d+:\d+\)/);
  expect(await readStack('--enable-source-maps')).toMatch(/at parseConfig \(.*\/src\/config\.ts:\d+:\d+\)/);
});

it('has only characters of Latin-1, so that V8 keeps it in one byte each', () => {
  const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  expect(files).toContain('main.js');
  expect(files.filter((name) => /[\u0100-\uffff]/.test(readFileSync(join(ROOT, 'dist', name), 'utf8')))).toEqual([]);
});
