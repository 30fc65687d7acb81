import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

function runBench(...names: string[]) {
  return run(process.execPath, ['--import', 'tsx', 'bench/main.ts', '--quick', ...names], { cwd: ROOT });
}

describe('npm run bench', { tags: ['slow'], timeout: 180_000 }, () => {
  it('measures the bot beside others, and prints tables', async () => {
    const { stdout, stderr } = await runBench('throughput', 'edits', 'start');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ +bot +straight script +ratio +aim$/m);
    expect(stdout).toMatch(/^jobs a second +\d+\.\d +\d+\.\d +\d+\.\d\d/m);
    expect(stdout).toMatch(/^most edits of a job +\d+ +at most 6 +met$/m);
    expect(stdout).toMatch(/^ready after, ms +\d+ +\d+ +\d+\.\d\d/m);
  });

  it('names its parts when there is no such part', async () => {
    await expect(runBench('speed')).rejects.toThrow('There is no part speed: use acknowledge, lag, throughput,');
  });
});
