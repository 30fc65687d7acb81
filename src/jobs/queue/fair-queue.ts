/** What the queue needs of a job. */
interface Waiting {
  readonly id: string;
  readonly requesterId: string;
  /** When it first joined, in epoch milliseconds. */
  readonly queuedAtMs: number;
}

/**
 * Who goes next: round robin by member, so that one member's many jobs share one turn, except that a job the provider sent
 * back (429) goes before all others.
 */
export class FairQueue<T extends Waiting> {
  readonly #returned: T[] = [];
  /** In order of their queue: a Map keeps the order of insertion, and a member served goes to its end. */
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

  /** Puts a job that had its turn already before all others, but for those that came back too and joined before it. */
  addFirst(job: T): void {
    const later = this.#returned.findIndex(({ queuedAtMs }) => queuedAtMs > job.queuedAtMs);
    this.#returned.splice(later < 0 ? this.#returned.length : later, 0, job);
    this.#size += 1;
  }

  /** Takes out who goes next. */
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

  /** Takes out the job with this id; undefined when it isn't waiting. */
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

  /** All who wait, in the order in which they would go if nobody joined or left; the first one's place is 1. */
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
