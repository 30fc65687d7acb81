import { now } from '../time.ts';
import { Usage } from './usage.ts';
import type { UsageStore } from './usage-store.ts';

type Store = Pick<UsageStore, 'load' | 'giveBack' | 'replaceEstimate'>;

/**
 * The usage of all servers of this process: in memory from the first time that somebody asks, and stored with every change.
 * What is loaded changes before a call returns.
 */
export class UsageCache {
  readonly #store: Store;
  readonly #loaded = new Map<string, Usage>();
  readonly #loading = new Map<string, Promise<Usage>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** A server's usage; undefined until `load` has read it. */
  get(guildId: string): Usage | undefined {
    return this.#loaded.get(guildId);
  }

  /** A server's usage, read once. @throws what the database throws; the next call tries again */
  async load(guildId: string): Promise<Usage> {
    const loaded = this.#loaded.get(guildId);
    if (loaded) return loaded;
    const loading = this.#loading.get(guildId) ?? this.#read(guildId).finally(() => this.#loading.delete(guildId));
    this.#loading.set(guildId, loading);
    return loading;
  }

  /** Gives back what a job has taken, when nothing was charged; `wasAccepted: false` gives the cooldown back as well. */
  async giveBack(guildId: string, jobId: string, options?: { wasAccepted?: boolean }): Promise<void> {
    (this.get(guildId) ?? (await this.load(guildId))).giveBack(jobId, options);
    await this.#store.giveBack(jobId, options);
  }

  /** Ends a job that was charged, or may have been. @param costUsd default: the estimate */
  async replaceEstimate(guildId: string, jobId: string, costUsd?: number): Promise<void> {
    (this.get(guildId) ?? (await this.load(guildId))).replaceEstimate(jobId, costUsd);
    await this.#store.replaceEstimate(jobId, costUsd);
  }

  async #read(guildId: string): Promise<Usage> {
    const usage = new Usage(await this.#store.load(guildId, now()));
    this.#loaded.set(guildId, usage);
    return usage;
  }
}
