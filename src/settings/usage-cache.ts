import { monotonicNow, now } from '../time.ts';
import { type Reservation, type Spending, Usage } from './usage.ts';
import type { UsageStore } from './usage-store.ts';

type Store = Pick<UsageStore, 'load' | 'loadEverywhere' | 'releaseReservation' | 'replaceEstimate'>;

/** In place of a server's id, for all servers and direct messages together. */
const EVERYWHERE = 'everywhere';
/** How long the usage of other processes is cached. */
const FRESH_MS = 5_000;

/**
 * Caches the usage of this process's servers, and of all servers together, and stores every change. Cached usage changes
 * synchronously.
 */
export class UsageCache {
  readonly #store: Store;
  readonly #isShared: boolean;
  readonly #loaded = new Map<string, Usage>();
  readonly #loading = new Map<string, Promise<Usage>>();
  #freshUntilMs = 0;

  /** @param isShared whether other processes use the same database */
  constructor(store: Store, { isShared = false } = {}) {
    this.#store = store;
    this.#isShared = isShared;
  }

  /** A server's usage; undefined until `load` has read it. */
  get(guildId: string): Usage | undefined {
    return this.#loaded.get(guildId);
  }

  /** A server's usage, read once. @throws what the database throws; the next call tries again */
  async load(guildId: string): Promise<Usage> {
    return this.#loaded.get(guildId) ?? this.#readOnce(guildId);
  }

  /** Today's spending of all servers and direct messages; with other processes, as last read. */
  get everywhere(): Spending | undefined {
    return this.#loaded.get(EVERYWHERE)?.spending(now()).today;
  }

  /** Reads `everywhere`, unless it is fresh. @throws what the database throws */
  async refresh(): Promise<void> {
    if (this.#loaded.has(EVERYWHERE) && (!this.#isShared || monotonicNow() < this.#freshUntilMs)) return;
    await this.#readOnce(EVERYWHERE);
    this.#freshUntilMs = monotonicNow() + FRESH_MS;
  }

  /** Reserves what an accepted job needs, in memory. @throws when the server isn't loaded, or the job already has a reservation */
  reserve(guildId: string, job: Pick<Reservation, 'jobId' | 'memberId' | 'images' | 'estimateUsd'>): Reservation {
    const usage = this.#loaded.get(guildId);
    if (!usage) throw new Error(`The usage of the server ${guildId} is not loaded.`);
    const reservation = usage.reserve(job, now());
    this.#loaded.get(EVERYWHERE)?.reserve({ ...job, memberId: '' }, now());
    return reservation;
  }

  /** Releases the reservation of a job that was not charged; with `wasAccepted: false`, its cooldown as well. */
  async releaseReservation(guildId: string, jobId: string, options?: { wasAccepted?: boolean }): Promise<void> {
    for (const key of [guildId, EVERYWHERE])
      (this.get(key) ?? (await this.load(key))).releaseReservation(jobId, options);
    await this.#store.releaseReservation(jobId, options);
  }

  /** Replaces the reservation of a job that was, or may have been, charged by its cost. @param costUsd default: the estimate */
  async replaceEstimate(guildId: string, jobId: string, costUsd?: number): Promise<void> {
    for (const key of [guildId, EVERYWHERE]) (this.get(key) ?? (await this.load(key))).replaceEstimate(jobId, costUsd);
    await this.#store.replaceEstimate(jobId, costUsd);
  }

  #readOnce(key: string): Promise<Usage> {
    const loading = this.#loading.get(key) ?? this.#read(key).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  async #read(key: string): Promise<Usage> {
    const totals = key === EVERYWHERE ? this.#store.loadEverywhere(now()) : this.#store.load(key, now());
    const usage = new Usage(await totals);
    this.#loaded.set(key, usage);
    return usage;
  }
}
