import { now } from '../time.ts';
import { type Job, type JobRequest, type JobState, mayFollow, type StateName } from './job.ts';
import type { JobStore } from './store.ts';

/** Jobs in memory: they end with the process. */
export class MemoryJobStore implements JobStore {
  readonly #jobs = new Map<string, Job>();
  readonly #interactionIds = new Set<string>();

  async insert(request: JobRequest): Promise<boolean> {
    if (this.#interactionIds.has(request.interactionId)) return false;
    this.#interactionIds.add(request.interactionId);
    this.#jobs.set(request.id, { ...request, messageIds: [], state: { name: 'queued', queuedAtMs: now() } });
    return true;
  }

  async get(id: string): Promise<Job | undefined> {
    return this.#jobs.get(id);
  }

  async transition(id: string, from: StateName, to: JobState): Promise<Job | undefined> {
    if (!mayFollow(from, to.name)) throw new Error(`A job can't go from ${from} to ${to.name}.`);
    const job = this.#jobs.get(id);
    if (job?.state.name !== from) return undefined;
    const changed = { ...job, state: to };
    this.#jobs.set(id, changed);
    return changed;
  }

  async setMessages(id: string, messageIds: readonly string[]): Promise<void> {
    const job = this.#jobs.get(id);
    if (job) this.#jobs.set(id, { ...job, messageIds });
  }

  async remove(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.delete(id);
    this.#interactionIds.delete(job.interactionId);
  }
}
