import type { Config } from '../config.ts';
import { SubmitLimiter } from './limiter.ts';
import type { SlotSupply } from './slot-supply.ts';

/** The moments in which this process may submit; the database decides over all processes. */
export function createSlots({ requestsPerMinute, mode, maxInFlight }: Config['segmind']): SlotSupply {
  // A blocking call holds its slot until the image is there.
  return new SubmitLimiter({ requestsPerMinute, ...(mode === 'sync' ? { maxConcurrent: maxInFlight } : {}) });
}
