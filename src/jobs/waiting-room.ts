import { later, now } from '../time.ts';
import type { Job } from './job.ts';
import { Line } from './line.ts';

/** A job not submitted within this time ends uncharged. */
const MAX_WAIT_MS = 60 * 60_000;

interface Waiting {
  readonly id: string;
  readonly requesterId: string;
  readonly queuedAtMs: number;
  readonly job: Job;
  readonly stopClock: () => void;
}

/** The line, with the clock of each job that waits in it. */
export class WaitingRoom {
  readonly #line = new Line<Waiting>();
  readonly #onExpired: (job: Job) => void;
  /** Places of requests whose acknowledgement is still under way. */
  #reserved = 0;

  constructor(onExpired: (job: Job) => void) {
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#line.size;
  }

  /** Places that are taken, also by those who are about to come. */
  get taken(): number {
    return this.#line.size + this.#reserved;
  }

  /** Keeps a place free while `come` runs; who comes takes it. */
  async keepPlace<T>(come: () => Promise<T>): Promise<T> {
    this.#reserved += 1;
    try {
      return await come();
    } finally {
      this.#reserved -= 1;
    }
  }

  add(job: Job): void {
    this.#line.add(this.#entry(job));
  }

  addFirst(job: Job): void {
    this.#line.addFirst(this.#entry(job));
  }

  next(): Job | undefined {
    const entry = this.#line.next();
    entry?.stopClock();
    return entry?.job;
  }

  remove(id: string): Job | undefined {
    const entry = this.#line.remove(id);
    entry?.stopClock();
    return entry?.job;
  }

  inOrder(): Job[] {
    return this.#line.inOrder().map(({ job }) => job);
  }

  #entry(job: Job): Waiting {
    const queuedAtMs = job.state.name === 'queued' ? job.state.queuedAtMs : now();
    const stopClock = later(queuedAtMs + MAX_WAIT_MS - now(), () => {
      if (this.#line.remove(job.id)) this.#onExpired(job);
    });
    return { id: job.id, requesterId: job.requesterId, queuedAtMs, job, stopClock };
  }
}
