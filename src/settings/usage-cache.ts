import { monotonicNow, now } from '../time.ts';
import { type Reservation, type Spending, Usage } from './usage.ts';
import type { UsageStore } from './usage-store.ts';

type Store = Pick<UsageStore, 'load' | 'loadEverywhere' | 'giveBack' | 'replaceEstimate'>;

/** In place of a server's id, for all servers and direct messages together. */
const EVERYWHERE = 'everywhere';
/** What other processes use is read anew when it is older. */
const FRESH_MS = 5_000;

/**
 * The usage of all servers of this process, and their sum: in memory from the first time that somebody asks, and stored with every
 * change. What is loaded changes before a call returns.
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

  /** US$ of today, over all servers and direct messages: as last read where other processes use the same database. */
  get everywhere(): Spending | undefined {
    return this.#loaded.get(EVERYWHERE)?.spending(now()).today;
  }

  /** Reads `everywhere`, unless it is fresh. @throws what the database throws */
  async refresh(): Promise<void> {
    if (this.#loaded.has(EVERYWHERE) && (!this.#isShared || monotonicNow() < this.#freshUntilMs)) return;
    await this.#readOnce(EVERYWHERE);
    this.#freshUntilMs = monotonicNow() + FRESH_MS;
  }

  /** Takes what an accepted job needs, in memory. @throws when the server isn't loaded, or the job has a reservation already */
  reserve(guildId: string, job: Pick<Reservation, 'jobId' | 'memberId' | 'images' | 'estimateUsd'>): Reservation {
    const usage = this.#loaded.get(guildId);
    if (!usage) throw new Error(`The usage of the server ${guildId} is not loaded.`);
    const reservation = usage.reserve(job, now());
    this.#loaded.get(EVERYWHERE)?.reserve({ ...job, memberId: '' }, now());
    return reservation;
  }

  /** Gives back what a job has taken, when nothing was charged; `wasAccepted: false` gives the cooldown back as well. */
  async giveBack(guildId: string, jobId: string, options?: { wasAccepted?: boolean }): Promise<void> {
    for (const key of [guildId, EVERYWHERE]) (this.get(key) ?? (await this.load(key))).giveBack(jobId, options);
    await this.#store.giveBack(jobId, options);
  }

  /** Ends a job that was charged, or may have been. @param costUsd default: the estimate */
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
