import type { Job, JobRequest } from './job.ts';

type Joiner = Pick<JobRequest, 'id' | 'requesterId' | 'guildId'>;

interface Entry {
  readonly joiner: Joiner;
  cancelledBy: string | undefined;
}

/** Those who are about to join the line: who is cancelled meanwhile doesn't. */
export class Joining {
  readonly #entries = new Map<string, Entry>();
  readonly #onCancelled: (job: Job, cancelledBy: string) => void;

  constructor(onCancelled: (job: Job, cancelledBy: string) => void) {
    this.#onCancelled = onCancelled;
  }

  /**
   * Runs what leads into the line, then `join`.
   * @param come resolves to the job that may join; undefined when there is none
   * @returns whether it has joined
   */
  async enter(joiner: Joiner, come: () => Promise<Job | undefined>, join: (job: Job) => void): Promise<boolean> {
    const entry: Entry = { joiner, cancelledBy: undefined };
    this.#entries.set(joiner.id, entry);
    try {
      const job = await come();
      if (!job) return false;
      if (entry.cancelledBy === undefined) {
        join(job);
        return true;
      }
      this.#onCancelled(job, entry.cancelledBy);
      return false;
    } finally {
      this.#entries.delete(joiner.id);
    }
  }

  /** False when nobody of this id is about to join. */
  cancel(id: string, cancelledBy: string): boolean {
    const entry = this.#entries.get(id);
    if (entry) entry.cancelledBy = cancelledBy;
    return entry !== undefined;
  }

  get joiners(): readonly Joiner[] {
    return [...this.#entries.values()].map(({ joiner }) => joiner);
  }
}
