import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc');
/** The compiler is faster than this when nothing has changed. */
const ANNOUNCE_AFTER_MS = 1_500;

/** Builds the bot if its sources changed. @throws Error when it doesn't compile; the compiler has printed the reason */
export async function build(): Promise<void> {
  const timer = setTimeout(() => console.error('Building...'), ANNOUNCE_AFTER_MS);
  try {
    await run([COMPILER, '-b', 'tsconfig.build.json']);
    await bundle();
  } finally {
    clearTimeout(timer);
  }
}

/** Writes the checked sources to dist/. @throws Error when they can't be bundled */
export async function bundle(): Promise<void> {
  await run(['scripts/bundle.mjs']);
}

async function run(command: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error("The bot doesn't compile.");
}
