import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const HOOK = fileURLToPath(new URL('../support/clock-hook.mjs', import.meta.url));
const HOUR_MS = 3_600_000;
const N = 3;

/** A bot whose wall clock the test can set. */
async function openWithClock({ onTestFinished }: TestContext, requestsPerMinute: number) {
  const clockFolder = mkdtempSync(join(tmpdir(), 'timeless-clock-'));
  const file = join(clockFolder, 'ahead');
  const bed = await openTestBed({
    segmind: { requestsPerMinute, renderMs: 100 },
    env: { CLOCK_STEP_FILE: file },
    nodeOptions: ['--import', HOOK],
  });
  onTestFinished(async () => {
    await bed.close();
    rmSync(clockFolder, { recursive: true });
  });
  return {
    bed,
    /** Sets the bot's wall clock, from now on. */
    async setAhead(ms: number): Promise<void> {
      writeFileSync(file, String(ms));
      process.kill(bed.bot.pid, 'SIGUSR2');
      await bed.discord.waitFor(() => !existsSync(file));
    },
  };
}

const ask = (bed: TestBed, index: number, options: object = {}) =>
  bed.member('alice').command('timeless', { prompt: `rose ${index}`, ...options });
const logged = (bed: TestBed, msg: string, count = 1) =>
  bed.discord.waitFor(() => bed.bot.log.filter((line) => line['msg'] === msg).length >= count);

/** The largest number of submits in any 60 s, by the real clock. */
function mostInOneMinute({ segmind }: TestBed): number {
  const atMs = segmind.submits.map((submit) => submit.atMs).toSorted((a, b) => a - b);
  return Math.max(...atMs.map((fromMs) => atMs.filter((ms) => ms >= fromMs && ms < fromMs + 60_000).length));
}

/** Starts one private job that is being delivered, and one that is being rendered. */
async function startTwo(bed: TestBed, deliveryMs: number) {
  bed.segmind.script({ on: 'image', delayMs: deliveryMs });
  const delivering = await ask(bed, 0, { private: true });
  await logged(bed, 'rendered');
  bed.segmind.hold();
  const rendering = await ask(bed, 1);
  await logged(bed, 'submitted', 2);
  return [delivering, rendering] as const;
}

describe.concurrent('a step of the wall clock', () => {
  it.for([-HOUR_MS, HOUR_MS])(
    'by %i ms does not affect jobs in flight or in delivery',
    { timeout: 120_000 },
    async (stepMs, context) => {
      const { bed, setAhead } = await openWithClock(context, 600);
      const [delivering, rendering] = await startTwo(bed, 1_500);
      await setAhead(stepMs);
      bed.segmind.release();
      await imageReply(delivering, 30_000);
      await imageReply(rendering, 30_000);
      await imageReply(await ask(bed, 2), 30_000);
    },
  );

  it.for([-HOUR_MS, -120_000, -61_000, 61_000, 120_000, HOUR_MS])(
    'by %i ms neither allows more than N POSTs in 60 s nor blocks the queue',
    { tags: ['slow'], timeout: 240_000 },
    async (stepMs, context) => {
      const { bed, setAhead } = await openWithClock(context, N);
      const [delivering, rendering] = await startTwo(bed, 4_000);
      const underWay = await ask(bed, 2);
      await logged(bed, 'submitted', N);
      await setAhead(stepMs);
      const queued = await ask(bed, 3);
      await queued.waitForReply((message) => textOf(message).includes('In the queue'));
      // The other way, while a job waits.
      await setAhead(0);
      bed.segmind.release();
      const later = await ask(bed, 4);
      for (const job of [delivering, rendering, underWay]) await imageReply(job, 30_000);
      expect(bed.segmind.submits).toHaveLength(N);
      await imageReply(queued, 70_000);
      await setAhead(stepMs);
      await imageReply(later, 60_000);
      await imageReply(await ask(bed, 5), 60_000);
      expect(bed.segmind.submits).toHaveLength(2 * N);
      expect(mostInOneMinute(bed)).toBe(N);
    },
  );
});
