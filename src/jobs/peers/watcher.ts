import type { Log } from '../../log.ts';
import { later } from '../../time.ts';
import type { Job } from '../job.ts';
import type { SubmitHoldStore } from '../permits/hold.ts';
import type { PeerListener, Peers } from '../single-process.ts';
import type { Leases } from './leases.ts';

/** Between two looks at the other processes. */
const LOOK_PAUSE_MS = 2_500;
/** Every fourth look, so every 10 s, also takes over jobs that no living process owns. */
const LOOKS_PER_TAKE_OVER = 4;

interface WatcherOptions {
  readonly leases: Leases;
  /** Whether other processes may share the database. */
  readonly isShared: boolean;
  readonly holds: SubmitHoldStore;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** Regularly looks at the other processes that share the database. */
export class PeerWatcher implements Peers {
  readonly #options: WatcherOptions;
  #queued: readonly number[] = [];
  #looks = 0;
  #isFailing = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  get queued(): readonly number[] {
    return this.#queued;
  }

  claimFree(onUnreadable: (id: string, error: unknown) => void): Promise<Job[]> {
    return this.#options.leases.claimFree(onUnreadable);
  }

  watch(listener: PeerListener): void {
    const { isShared, signal } = this.#options;
    if (!isShared) return;
    let cancel = () => {};
    const look = () => this.#look(listener).catch((error: unknown) => this.#warnOnce(error));
    const lookAgain = () => {
      if (signal.aborted) return;
      cancel = later(LOOK_PAUSE_MS, () => look().finally(lookAgain));
    };
    signal.addEventListener('abort', () => cancel(), { once: true });
    void look();
    lookAgain();
  }

  async #look({ onHold, takeOver }: PeerListener): Promise<void> {
    const { leases, holds } = this.#options;
    this.#looks += 1;
    this.#queued = await leases.queuedElsewhere();
    onHold(await holds.load());
    if (this.#looks % LOOKS_PER_TAKE_OVER === 0) await takeOver();
    this.#isFailing = false;
  }

  /** Only once: everything else that needs the database logs its failure as well. */
  #warnOnce(error: unknown): void {
    if (this.#options.signal.aborted || this.#isFailing) return;
    this.#isFailing = true;
    this.#options.log.warn({ err: error }, 'peer check failed');
  }
}
