import type { Job } from '../jobs/job.ts';
import { monotonicNow, msLeft } from '../time.ts';

/** An interaction token is valid for 15 minutes from the event. We count from its arrival, so one minute is the margin. */
const TOKEN_LIFETIME_MS = 14 * 60_000;
/** Entries are kept this long after the token ends; no job needs them longer. */
const REMEMBERED_MS = 3 * 60 * 60_000;

/** Until when each interaction token is valid, converted to the monotonic clock once, when it is first asked about. */
export class TokenLifetimes {
  /** In the order in which the tokens were first asked about. */
  readonly #endsAtMs = new Map<string, number>();

  isAlive(job: Job): boolean {
    if (job.interactionToken === '') return false;
    let endsAtMs = this.#endsAtMs.get(job.interactionToken);
    if (endsAtMs === undefined) {
      this.#forgetOld();
      endsAtMs = monotonicNow() + msLeft(TOKEN_LIFETIME_MS, job.receivedAtMs);
      this.#endsAtMs.set(job.interactionToken, endsAtMs);
    }
    return monotonicNow() < endsAtMs;
  }

  #forgetOld(): void {
    for (const [token, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs + REMEMBERED_MS > monotonicNow()) return;
      this.#endsAtMs.delete(token);
    }
  }
}
