import { monotonicNow, now } from '../time.ts';

/** Between two reports of a member. */
const COOLDOWN_MS = 30_000;
/** How many reports are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** Why a report isn't taken. `untilMs`: in epoch milliseconds. */
export type ReportRefusal = { readonly name: 'repeated' } | { readonly name: 'cooldown'; readonly untilMs: number };

const keyOf = (memberId: string, jobId: string) => `${memberId} ${jobId}`;

/** Limits members' reports of images: one every 30 s, and one for each image. Kept in memory only: a restart forgets them. */
export class ImageReports {
  readonly #reported = new Set<string>();
  /** When members may report again, on the monotonic clock, the earliest first. */
  readonly #nextAtMs = new Map<string, number>();

  /** Counts a report, or returns why the member can't make it. */
  take(memberId: string, jobId: string): ReportRefusal | undefined {
    const key = keyOf(memberId, jobId);
    if (this.#reported.has(key)) return { name: 'repeated' };
    this.#forgetPast();
    const nextAtMs = this.#nextAtMs.get(memberId);
    if (nextAtMs !== undefined) return { name: 'cooldown', untilMs: now() + nextAtMs - monotonicNow() };
    this.#nextAtMs.set(memberId, monotonicNow() + COOLDOWN_MS);
    this.#reported.add(key);
    const [oldest] = this.#reported;
    if (this.#reported.size > MAX_REMEMBERED && oldest !== undefined) this.#reported.delete(oldest);
    return undefined;
  }

  /** The report has reached nobody for sure: after the cooldown, the member can make it again. */
  allowAgain(memberId: string, jobId: string): void {
    this.#reported.delete(keyOf(memberId, jobId));
  }

  #forgetPast(): void {
    for (const [memberId, nextAtMs] of this.#nextAtMs) {
      if (nextAtMs > monotonicNow()) return;
      this.#nextAtMs.delete(memberId);
    }
  }
}
