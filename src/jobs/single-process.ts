import type { Job } from './job.ts';
import type { SubmitHold } from './permits/hold.ts';
import type { JobStore } from './store.ts';

export interface PeerListener {
  /** Called after each look, with what holds back submits in all processes. */
  onHold(hold: SubmitHold): void;
  /** Takes over the jobs that no living process owns. */
  takeOver(): Promise<void>;
}

/** The other processes that share the database. */
export interface Peers {
  /** How many jobs were queued in each of them some seconds ago. */
  readonly queued: readonly number[];
  /**
   * Claims every unfinished job that no living process owns, in the order of arrival.
   * @param onUnreadable called with each row that can't be read; it stays as it is
   */
  claimFree(onUnreadable: (id: string, error: unknown) => void): Promise<Job[]>;
  /** Starts watching them. */
  watch(listener: PeerListener): void;
}

/** For a database that no other process shares. */
export function createNoPeers(store: Pick<JobStore, 'unfinished'>): Peers {
  return { queued: [], claimFree: (onUnreadable) => store.unfinished(onUnreadable), watch() {} };
}
