import { epochOf, monotonicNow } from '../../time.ts';

/** Between two exports of a member, and between two deletions. */
const PAUSE_MS = 10 * 60_000;
/** The same after one that failed. */
const RETRY_PAUSE_MS = 60_000;
/** Of all members: an export holds up to 100 MiB in memory. */
const MAX_RUNNING = 2;

type DataRequest = 'export' | 'erase';

/** Why a request isn't carried out. `untilMs`: in epoch milliseconds. */
export type DataRefusal = { readonly name: 'running' | 'busy' } | { readonly name: 'paused'; readonly untilMs: number };

/** Limits how often members export or delete their data. Kept in memory only: a restart forgets it. */
export class DataRequests {
  /** The members whose requests are running. */
  readonly #running = new Set<string>();
  /** When members may repeat a request, on the monotonic clock. */
  readonly #nextAtMs = new Map<string, number>();

  /**
   * Carries out a member's request, or returns at once why it doesn't.
   * @throws what `work` throws
   */
  async run(request: DataRequest, memberId: string, work: () => Promise<void>): Promise<DataRefusal | undefined> {
    const key = `${request} ${memberId}`;
    const refusal = this.#refuse(key, memberId);
    if (refusal) return refusal;
    this.#running.add(memberId);
    let pauseMs = RETRY_PAUSE_MS;
    try {
      await work();
      pauseMs = PAUSE_MS;
    } finally {
      this.#running.delete(memberId);
      this.#nextAtMs.set(key, monotonicNow() + pauseMs);
    }
    return undefined;
  }

  #refuse(key: string, memberId: string): DataRefusal | undefined {
    if (this.#running.has(memberId)) return { name: 'running' };
    this.#forgetPast();
    const nextAtMs = this.#nextAtMs.get(key);
    if (nextAtMs !== undefined) return { name: 'paused', untilMs: epochOf(nextAtMs) };
    return this.#running.size < MAX_RUNNING ? undefined : { name: 'busy' };
  }

  #forgetPast(): void {
    for (const [key, nextAtMs] of this.#nextAtMs) if (nextAtMs <= monotonicNow()) this.#nextAtMs.delete(key);
  }
}
