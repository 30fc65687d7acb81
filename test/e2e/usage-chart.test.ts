import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { drawUsageChart } from '../../src/usage-chart/draw-usage-chart.ts';

const USAGE = {
  month: '2026-11',
  today: '2026-11-22',
  rows: [{ day: '2026-11-03', memberId: '100000000000000001', images: 7, costUsd: 0.07 }],
  locale: 'en-US',
};

/** An environment without fonts, font configuration and home, as in slim container images. */
const BARE = { PATH: '', HOME: '/nowhere', FONTCONFIG_FILE: '/nowhere/fonts.conf', FONTCONFIG_PATH: '/nowhere' };

/** Runs this code with the built chart, in a process that exits as soon as nothing keeps it alive. */
function run(lines: string) {
  const program = `import { renderUsageChart } from './dist/usage-chart/render-usage-chart.js';
    const usage = JSON.parse(process.argv[1]);
    ${lines}`;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const options = { cwd, env: BARE, encoding: 'buffer', timeout: 20_000 } as const;
  const flags = ['--input-type=module', '--eval', program, JSON.stringify(USAGE)];
  return promisify(execFile)(process.execPath, flags, options);
}

it('draws in a worker thread, with the same bytes on a system without fonts, and leaves nothing running', async () => {
  const { stdout, stderr } = await run('process.stdout.write(await renderUsageChart(usage));');
  expect(stderr.toString()).toBe('');
  expect(stdout.equals(drawUsageChart(USAGE))).toBe(true);
});

it('terminates a worker thread that hangs', async () => {
  const { stdout } = await run(`
    await renderUsageChart(usage, new URL('data:text/javascript,for(;;);'), 300).catch(({ message }) => console.log(message));`);
  expect(stdout.toString()).toBe('The chart took longer than 300 ms\n');
});
