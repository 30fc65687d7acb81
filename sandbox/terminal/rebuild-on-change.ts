import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundle } from '../session/build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc');

interface RebuildListener {
  /** Called when the new build differs from the last one. */
  onRebuilt(): void;
  /** Called with each compiler error, as one line. */
  onProblem(line: string): void;
}

/** The compiler keeps a hash of each source in this file, so it changes with the build. */
function readBuildInfo(): string {
  return readFileSync(`${ROOT}/dist/.tsbuildinfo`, 'utf8');
}

/** Rebuilds the bot whenever a source changes, until the returned function is called. */
export function rebuildOnChange({ onRebuilt, onProblem }: RebuildListener): () => void {
  const compiler = spawn(
    process.execPath,
    [COMPILER, '-b', 'tsconfig.build.json', '--watch', '--preserveWatchOutput', '--pretty', 'false'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let built = readBuildInfo();
  createInterface({ input: compiler.stdout }).on('line', (line) => {
    if (/error TS\d+/.test(line)) onProblem(line);
    if (!line.includes('Found 0 errors')) return;
    const latest = readBuildInfo();
    if (latest === built) return;
    built = latest;
    bundle().then(onRebuilt, (error: Error) => onProblem(error.message));
  });
  const stop = () => void compiler.kill();
  process.once('exit', stop);
  return stop;
}
