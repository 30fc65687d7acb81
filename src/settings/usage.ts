import { daysBefore, monthOf, utcDay } from './calendar.ts';
import { LIMITS } from './limits.ts';

/** US$ that a server has spent, and the estimated cost of its unfinished jobs. */
export interface Spending {
  readonly spentUsd: number;
  readonly reservedUsd: number;
}

/** The usage that counts for a member's request. */
export interface MemberUsage {
  /** Made, or under way. */
  readonly imagesToday: number;
  readonly lastAcceptedAtMs?: number;
  /** Queued or submitted. */
  readonly jobsUnderWay: number;
  readonly today: Spending;
  readonly thisMonth: Spending;
}

/** What an accepted job uses of the limits, on the day when it was accepted. */
export interface Reservation {
  readonly jobId: string;
  readonly memberId: string;
  /** UTC, as `2026-11-22`. */
  readonly day: string;
  readonly images: number;
  readonly estimateUsd: number;
  readonly acceptedAtMs: number;
  /** When the member's previous job was accepted, in case this acceptance is undone. */
  readonly acceptedBeforeMs?: number;
}

/** A server's usage as plain data. */
export interface UsageTotals {
  readonly costs: readonly { readonly day: string; readonly costUsd: number }[];
  readonly images: readonly { readonly memberId: string; readonly day: string; readonly images: number }[];
  readonly acceptances: readonly { readonly memberId: string; readonly atMs: number }[];
  readonly reservations: readonly Reservation[];
}

/** How long an acceptance can matter. */
const LONGEST_COOLDOWN_MS = LIMITS.cooldownSeconds.max * 1_000;
const NANO = 1_000_000_000;

interface Day {
  spentUsd: number;
  /** Whole billionths of a dollar: what is added and subtracted leaves no rounding errors. */
  reservedNanoUsd: number;
  readonly images: Map<string, number>;
}

/**
 * The usage of one server, in memory, by UTC day and month. Synchronous, so that nothing happens between a check and the
 * reservation. Keeps the costs of this month, and the images of today and yesterday, in case the clock is set back.
 */
export class Usage {
  readonly #days = new Map<string, Day>();
  readonly #acceptedAtMs = new Map<string, number>();
  readonly #reservations = new Map<string, Reservation>();
  /** By member. Kept like the sums of a day: there may be thousands of reservations, and every press asks. */
  readonly #jobsUnderWay = new Map<string, number>();
  #today = '';

  constructor(totals?: UsageTotals) {
    for (const { day, costUsd } of totals?.costs ?? []) this.#day(day).spentUsd += costUsd;
    for (const { memberId, day, images } of totals?.images ?? []) this.#addImages(day, memberId, images);
    for (const { memberId, atMs } of totals?.acceptances ?? []) this.#acceptedAtMs.set(memberId, atMs);
    for (const reservation of totals?.reservations ?? []) this.#begin(reservation);
  }

  /** The usage that counts for a member now. */
  of(memberId: string, nowMs: number): MemberUsage {
    const today = this.#startDay(nowMs);
    const lastAcceptedAtMs = this.#acceptedAtMs.get(memberId);
    return {
      imagesToday: this.#days.get(today)?.images.get(memberId) ?? 0,
      ...(lastAcceptedAtMs === undefined ? {} : { lastAcceptedAtMs }),
      jobsUnderWay: this.#jobsUnderWay.get(memberId) ?? 0,
      ...this.#spendingAt(today),
    };
  }

  /** What the server has spent and reserved. */
  spending(nowMs: number): { today: Spending; thisMonth: Spending } {
    return this.#spendingAt(this.#startDay(nowMs));
  }

  /**
   * Reserves what an accepted job needs.
   * @throws when the job already has a reservation
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
      day: this.#startDay(nowMs),
      images,
      estimateUsd,
      acceptedAtMs: nowMs,
      ...(acceptedBeforeMs === undefined ? {} : { acceptedBeforeMs }),
    };
    this.#begin(reservation);
    this.#addImages(reservation.day, memberId, images);
    this.#acceptedAtMs.set(memberId, nowMs);
    return reservation;
  }

  /**
   * Releases the reservation of a job that was not charged, on the day when it was accepted. The cooldown stays, except with
   * `wasAccepted: false`.
   * @returns the reservation; undefined when the job has none (any more)
   */
  releaseReservation(jobId: string, { wasAccepted = true } = {}): Reservation | undefined {
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
   * Replaces the reservation of a job that was, or may have been, charged by its cost, on the day when it was accepted.
   * @param costUsd default: the estimate
   * @returns the reservation, and the counted cost; undefined when the job has none (any more)
   */
  replaceEstimate(jobId: string, costUsd?: number): { reservation: Reservation; costUsd: number } | undefined {
    const reservation = this.#end(jobId);
    if (!reservation) return undefined;
    const countedUsd = costUsd ?? reservation.estimateUsd;
    this.#day(reservation.day).spentUsd += countedUsd;
    return { reservation, costUsd: countedUsd };
  }

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

  #begin(reservation: Reservation): void {
    this.#reservations.set(reservation.jobId, reservation);
    this.#count(reservation, 1);
  }

  #end(jobId: string): Reservation | undefined {
    const reservation = this.#reservations.get(jobId);
    if (!reservation) return undefined;
    this.#reservations.delete(jobId);
    this.#count(reservation, -1);
    return reservation;
  }

  #count({ memberId, day: date, estimateUsd }: Reservation, change: 1 | -1): void {
    this.#day(date).reservedNanoUsd += change * Math.round(estimateUsd * NANO);
    const jobs = (this.#jobsUnderWay.get(memberId) ?? 0) + change;
    if (jobs === 0) this.#jobsUnderWay.delete(memberId);
    else this.#jobsUnderWay.set(memberId, jobs);
  }

  #day(day: string): Day {
    const known = this.#days.get(day) ?? { spentUsd: 0, reservedNanoUsd: 0, images: new Map() };
    this.#days.set(day, known);
    return known;
  }

  #addImages(day: string, memberId: string, images: number): void {
    const byMember = this.#day(day).images;
    byMember.set(memberId, Math.max(0, (byMember.get(memberId) ?? 0) + images));
  }

  #spendingAt(today: string): { today: Spending; thisMonth: Spending } {
    return {
      today: this.#spendingOf((day) => day === today),
      thisMonth: this.#spendingOf((day) => monthOf(day) === monthOf(today)),
    };
  }

  #spendingOf(isIncluded: (day: string) => boolean): Spending {
    let [spentUsd, reservedNanoUsd] = [0, 0];
    for (const [day, sums] of this.#days) {
      if (!isIncluded(day)) continue;
      spentUsd += sums.spentUsd;
      reservedNanoUsd += sums.reservedNanoUsd;
    }
    return { spentUsd, reservedUsd: reservedNanoUsd / NANO };
  }

  /** Once a day, forgets what no longer counts. @returns today */
  #startDay(nowMs: number): string {
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
