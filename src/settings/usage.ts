import { daysBefore, monthOf, utcDay } from './calendar.ts';
import { LIMITS } from './limits.ts';

/** US$ that a server has paid, and what its jobs under way are likely to cost. */
export interface Spending {
  readonly spentUsd: number;
  readonly reservedUsd: number;
}

/** What counts when a member asks for images. */
export interface MemberUsage {
  /** Made, or under way. */
  readonly imagesToday: number;
  readonly lastAcceptedAtMs?: number;
  /** Waiting in line or submitted. */
  readonly jobsUnderWay: number;
  readonly today: Spending;
  readonly thisMonth: Spending;
}

/** What an accepted job has taken of the limits, on the day when it was accepted. */
export interface Reservation {
  readonly jobId: string;
  readonly memberId: string;
  /** UTC, as `2026-11-22`. */
  readonly day: string;
  readonly images: number;
  readonly estimateUsd: number;
  readonly acceptedAtMs: number;
  /** When the member was accepted the time before, should this acceptance be undone. */
  readonly acceptedBeforeMs?: number;
}

/** A server's usage as plain data. */
export interface UsageTotals {
  readonly costs: readonly { readonly day: string; readonly costUsd: number }[];
  readonly images: readonly { readonly memberId: string; readonly day: string; readonly images: number }[];
  readonly acceptances: readonly { readonly memberId: string; readonly atMs: number }[];
  readonly reservations: readonly Reservation[];
}

/** How long an acceptance may matter. */
const LONGEST_COOLDOWN_MS = LIMITS.cooldownSeconds.max * 1_000;

interface Day {
  spentUsd: number;
  readonly images: Map<string, number>;
}

/**
 * What one server has used, in memory, by UTC day and month. All of it is synchronous, so that nothing comes between the check
 * and the reservation. Keeps the costs of this month, and the images of today and yesterday, in case the clock steps back.
 */
export class Usage {
  readonly #days = new Map<string, Day>();
  readonly #acceptedAtMs = new Map<string, number>();
  readonly #reservations = new Map<string, Reservation>();
  #today = '';

  constructor(totals?: UsageTotals) {
    for (const { day, costUsd } of totals?.costs ?? []) this.#day(day).spentUsd += costUsd;
    for (const { memberId, day, images } of totals?.images ?? []) this.#addImages(day, memberId, images);
    for (const { memberId, atMs } of totals?.acceptances ?? []) this.#acceptedAtMs.set(memberId, atMs);
    for (const reservation of totals?.reservations ?? []) this.#reservations.set(reservation.jobId, reservation);
  }

  /** What counts for a member now. */
  of(memberId: string, nowMs: number): MemberUsage {
    const today = this.#turnTo(nowMs);
    const lastAcceptedAtMs = this.#acceptedAtMs.get(memberId);
    let jobsUnderWay = 0;
    for (const reservation of this.#reservations.values()) if (reservation.memberId === memberId) jobsUnderWay += 1;
    return {
      imagesToday: this.#days.get(today)?.images.get(memberId) ?? 0,
      ...(lastAcceptedAtMs === undefined ? {} : { lastAcceptedAtMs }),
      jobsUnderWay,
      ...this.spending(nowMs),
    };
  }

  /** What the server has spent and reserved. */
  spending(nowMs: number): { today: Spending; thisMonth: Spending } {
    const today = this.#turnTo(nowMs);
    return {
      today: this.#spendingOf((day) => day === today),
      thisMonth: this.#spendingOf((day) => monthOf(day) === monthOf(today)),
    };
  }

  /**
   * Takes what an accepted job needs, at once.
   * @throws when the job has a reservation already
   */
  reserve(
    { jobId, memberId, images, estimateUsd }: Pick<Reservation, 'jobId' | 'memberId' | 'images' | 'estimateUsd'>,
    nowMs: number,
  ): Reservation {
    if (this.#reservations.has(jobId)) throw new Error(`Job ${jobId} has a reservation already.`);
    const acceptedBeforeMs = this.#acceptedAtMs.get(memberId);
    const reservation: Reservation = {
      jobId,
      memberId,
      day: this.#turnTo(nowMs),
      images,
      estimateUsd,
      acceptedAtMs: nowMs,
      ...(acceptedBeforeMs === undefined ? {} : { acceptedBeforeMs }),
    };
    this.#reservations.set(jobId, reservation);
    this.#addImages(reservation.day, memberId, images);
    this.#acceptedAtMs.set(memberId, nowMs);
    return reservation;
  }

  /**
   * Gives back what a job has taken, when nothing was charged, to the day when it was taken. The cooldown stays, unless the job
   * was never really accepted: then give `wasAccepted: false`.
   * @returns what was given back; undefined when the job has no reservation, or no longer
   */
  giveBack(jobId: string, { wasAccepted = true } = {}): Reservation | undefined {
    const reservation = this.#end(jobId);
    if (!reservation) return undefined;
    const { memberId, acceptedAtMs, acceptedBeforeMs } = reservation;
    this.#addImages(reservation.day, memberId, -reservation.images);
    if (!wasAccepted && this.#acceptedAtMs.get(memberId) === acceptedAtMs) {
      if (acceptedBeforeMs === undefined) this.#acceptedAtMs.delete(memberId);
      else this.#acceptedAtMs.set(memberId, acceptedBeforeMs);
    }
    return reservation;
  }

  /**
   * Ends a job that was charged, or may have been: what it cost takes the place of the estimate, on the day of its acceptance.
   * @param costUsd default: the estimate
   * @returns the reservation that ended, and what was counted; undefined when the job has none, or no longer
   */
  replaceEstimate(jobId: string, costUsd?: number): { reservation: Reservation; costUsd: number } | undefined {
    const reservation = this.#end(jobId);
    if (!reservation) return undefined;
    const countedUsd = costUsd ?? reservation.estimateUsd;
    this.#day(reservation.day).spentUsd += countedUsd;
    return { reservation, costUsd: countedUsd };
  }

  /** All of it, to be stored or shown. */
  totals(): UsageTotals {
    const days = [...this.#days];
    return {
      costs: days.map(([day, { spentUsd }]) => ({ day, costUsd: spentUsd })),
      images: days.flatMap(([day, { images }]) =>
        [...images].map(([memberId, count]) => ({ memberId, day, images: count })),
      ),
      acceptances: [...this.#acceptedAtMs].map(([memberId, atMs]) => ({ memberId, atMs })),
      reservations: [...this.#reservations.values()],
    };
  }

  #end(jobId: string): Reservation | undefined {
    const reservation = this.#reservations.get(jobId);
    this.#reservations.delete(jobId);
    return reservation;
  }

  #day(day: string): Day {
    const known = this.#days.get(day) ?? { spentUsd: 0, images: new Map() };
    this.#days.set(day, known);
    return known;
  }

  #addImages(day: string, memberId: string, images: number): void {
    const byMember = this.#day(day).images;
    byMember.set(memberId, Math.max(0, (byMember.get(memberId) ?? 0) + images));
  }

  #spendingOf(isIncluded: (day: string) => boolean): Spending {
    let [spentUsd, reservedUsd] = [0, 0];
    for (const [day, { spentUsd: its }] of this.#days) if (isIncluded(day)) spentUsd += its;
    for (const { day, estimateUsd } of this.#reservations.values()) if (isIncluded(day)) reservedUsd += estimateUsd;
    return { spentUsd, reservedUsd };
  }

  /** Forgets, once a day, what counts no more. @returns today */
  #turnTo(nowMs: number): string {
    const today = utcDay(nowMs);
    if (today === this.#today) return today;
    this.#today = today;
    const yesterday = daysBefore(nowMs, 1);
    for (const [day, { images }] of this.#days) {
      if (day >= yesterday) continue;
      images.clear();
      if (monthOf(day) < monthOf(today)) this.#days.delete(day);
    }
    for (const [memberId, atMs] of this.#acceptedAtMs)
      if (atMs < nowMs - LONGEST_COOLDOWN_MS) this.#acceptedAtMs.delete(memberId);
    return today;
  }
}
