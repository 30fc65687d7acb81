/**
 * Takes the pictures of README.md and docs/: screenshots of the sandbox's page in headless Chromium. Two runs give identical files.
 * It needs Chromium: `apt-get install chromium`, or the path of another one in `CHROMIUM`.
 *
 *     npm run docs:pictures
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from '../../sandbox/session/build.ts';

/** A Friday evening towards the end of a month: pictures of usage show the month so far. */
const START = Date.parse('2026-11-27T18:42:05Z');
const HOOK = fileURLToPath(new URL('./shift-clock.mjs', import.meta.url));
const SCENARIO = fileURLToPath(new URL('./run-scenario.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

await build();
// One process each: all begin at the same minute.
for (const name of ['tour', 'members', 'moderators']) {
  const { status } = spawnSync(process.execPath, ['--import', HOOK, '--import', TSX, SCENARIO, name], {
    stdio: 'inherit',
    env: { ...process.env, TZ: 'UTC', CLOCK_SHIFT_MS: String(START - Date.now()) },
  });
  if (status !== 0) process.exit(1);
}
