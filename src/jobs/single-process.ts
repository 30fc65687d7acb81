import type { Job } from './job.ts';
import type { SubmitHold } from './permits/hold.ts';
import type { JobStore } from './store.ts';

export interface PeerListener {
  /** Called after each look, with what holds submits in all processes. */
  onNews(hold: SubmitHold): void;
  /** Takes over the jobs that are free. */
  takeOver(): Promise<void>;
}

/** The other processes that share the database. */
export interface Peers {
  /** How many jobs wait in each of them, as it was some seconds ago. */
  readonly queued: readonly number[];
  /**
   * Makes every unfinished job that no living process owns this process's, in the order of arrival.
   * @param onUnreadable called with each row that can't be read; it stays as it is
   */
  claimFree(onUnreadable: (id: string, error: unknown) => void): Promise<Job[]>;
  /** Looks from here on what the others do. */
  watch(listener: PeerListener): void;
}

/** Of a database that no other process shares. */
export function createNoPeers(store: Pick<JobStore, 'unfinished'>): Peers {
  return { queued: [], claimFree: (onUnreadable) => store.unfinished(onUnreadable), watch() {} };
}
