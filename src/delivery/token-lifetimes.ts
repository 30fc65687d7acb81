import type { Job } from '../jobs/job.ts';
import { monotonicNow, msLeft } from '../time.ts';

/** An interaction token lives 15 minutes from the event; ours counts from its arrival, so one minute is left as a margin. */
const TOKEN_LIFETIME_MS = 14 * 60_000;
/** No job needs an answer for longer after its token has ended. */
const REMEMBERED_MS = 3 * 60 * 60_000;

/** Until when each job's interaction token is good: turned into a moment on the monotonic clock once, when a job is first asked about. */
export class TokenLifetimes {
  /** In the order in which the jobs were first asked about. */
  readonly #endsAtMs = new Map<string, number>();

  isAlive(job: Job): boolean {
    if (job.interactionToken === '') return false;
    let endsAtMs = this.#endsAtMs.get(job.id);
    if (endsAtMs === undefined) {
      this.#forgetOld();
      endsAtMs = monotonicNow() + msLeft(TOKEN_LIFETIME_MS, job.receivedAtMs);
      this.#endsAtMs.set(job.id, endsAtMs);
    }
    return monotonicNow() < endsAtMs;
  }

  #forgetOld(): void {
    for (const [jobId, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs + REMEMBERED_MS > monotonicNow()) return;
      this.#endsAtMs.delete(jobId);
    }
  }
}
