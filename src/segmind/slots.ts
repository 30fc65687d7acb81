import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { SubmitLimiter } from './limiter.ts';
import type { SlotSupply } from './slot-supply.ts';

/** What a submit takes at most, and storing what became of it, in milliseconds. */
const LONGEST_USE_MS = { async: 60_000, sync: 660_000 };

interface Slots {
  readonly supply: SlotSupply;
  /** Whether what several processes share the slots over answers; undefined when nothing is shared. */
  readonly isReachable: (() => Promise<boolean>) | undefined;
}

/** Where submits get their slots from: this process alone, or Redis, over which several share them. */
export async function createSlots(
  { segmind, redisUrl }: Pick<Config, 'segmind' | 'redisUrl'>,
  log: Log,
): Promise<Slots> {
  const { requestsPerMinute, apiKey, mode, maxInFlight } = segmind;
  // A blocking call holds its slot until the picture is there.
  const common = { requestsPerMinute, ...(mode === 'sync' ? { maxConcurrent: maxInFlight } : {}) };
  if (redisUrl === undefined) return { supply: new SubmitLimiter(common), isReachable: undefined };
  // Loaded when it is needed, for its memory.
  const { createClusterLimiter } = await import('./cluster-limiter.ts');
  const supply = await createClusterLimiter({ ...common, redisUrl, apiKey, longestUseMs: LONGEST_USE_MS[mode], log });
  return { supply, isReachable: () => supply.isReachable() };
}
