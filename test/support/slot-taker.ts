/** A process of its own that takes slots one after another until SIGTERM, and says when each began by the time of this machine, whatever its own clock says. */
import { performance } from 'node:perf_hooks';
import { createLog } from '../../src/log.ts';
import { createClusterLimiter } from '../../src/segmind/cluster-limiter.ts';
import { wait } from '../../src/time.ts';

export interface SlotTakerOptions {
  readonly redisUrl: string;
  readonly requestsPerMinute: number;
  readonly longestUseMs: number;
  readonly slots: number;
  readonly useMs: number;
  readonly clockAheadMs: number;
}

// True: the tests start this file with such an object.
const options = JSON.parse(process.argv[2] ?? '') as SlotTakerOptions;
const ownNow = Date.now;
Date.now = () => ownNow() + options.clockAheadMs;
const limiter = await createClusterLimiter({
  ...options,
  apiKey: 'SG_0123456789abcdef',
  maxConcurrent: 1,
  log: createLog({ level: 'silent', logPrompts: false }),
});
process.once('SIGTERM', () => void limiter.close());
for (let taken = 0; taken < options.slots; taken += 1) {
  const taking = limiter.requestSlot(async () => {
    process.stdout.write(`start ${performance.timeOrigin + performance.now()}\n`);
    await wait(options.useMs);
    process.stdout.write(`end ${performance.timeOrigin + performance.now()}\n`);
    return 'spent';
  });
  const isTaken = await taking.then(
    () => true,
    () => false,
  );
  if (!isTaken) break;
}
await limiter.close();
