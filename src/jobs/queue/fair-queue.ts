/** What the queue needs to know about a job. */
interface Waiting {
  readonly id: string;
  readonly requesterId: string;
  /** When it first joined, in epoch milliseconds. */
  readonly queuedAtMs: number;
}

/**
 * Decides which job is next: round robin by member, so that a member with many jobs gets no more turns than others. Jobs that the
 * provider sent back (429) come before all others.
 */
export class FairQueue<T extends Waiting> {
  readonly #returned: T[] = [];
  /** In the order of their turns: a Map keeps the order of insertion, and after a turn the member is inserted at its end. */
  readonly #byMember = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(job: T): void {
    const jobs = this.#byMember.get(job.requesterId);
    if (jobs) jobs.push(job);
    else this.#byMember.set(job.requesterId, [job]);
    this.#size += 1;
  }

  /** Puts a job that was sent back before all others, except those that were also sent back and were queued before it. */
  addFirst(job: T): void {
    const later = this.#returned.findIndex(({ queuedAtMs }) => queuedAtMs > job.queuedAtMs);
    this.#returned.splice(later < 0 ? this.#returned.length : later, 0, job);
    this.#size += 1;
  }

  /** Removes and returns the next job. */
  next(): T | undefined {
    const returned = this.#returned.shift();
    if (returned) {
      this.#size -= 1;
      return returned;
    }
    for (const [member, jobs] of this.#byMember) {
      const job = jobs.shift();
      this.#byMember.delete(member);
      if (!job) continue;
      if (jobs.length > 0) this.#byMember.set(member, jobs);
      this.#size -= 1;
      return job;
    }
    return undefined;
  }

  /** Removes and returns the job with this id; undefined when it isn't queued. */
  remove(id: string): T | undefined {
    for (const [member, jobs] of [['', this.#returned] as const, ...this.#byMember]) {
      const index = jobs.findIndex((job) => job.id === id);
      if (index < 0) continue;
      const [job] = jobs.splice(index, 1);
      if (jobs.length === 0) this.#byMember.delete(member);
      this.#size -= 1;
      return job;
    }
    return undefined;
  }

  /** All queued jobs, in the order in which they would be next if none were added or removed. */
  inOrder(): T[] {
    const order = [...this.#returned];
    const columns = [...this.#byMember.values()];
    for (let round = 0; order.length < this.#size; round += 1) {
      for (const jobs of columns) {
        const job = jobs[round];
        if (job) order.push(job);
      }
    }
    return order;
  }
}
