import type { StateName } from './job.ts';

/** The queued jobs of other processes leave no room for one more. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';

  constructor() {
    super('The queue is full over all processes.');
  }
}

/** `alongside` refused, so the job is not stored. */
export class JobRefused<Reason> extends Error {
  override readonly name = 'JobRefused';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super('The job was refused by what had to be stored with it.');
    this.reason = reason;
  }
}

/** A job is no longer in the expected state, or another process owns it: this process must leave it alone. */
export class JobLost extends Error {
  override readonly name = 'JobLost';

  constructor(id: string, state: StateName) {
    super(`Job ${id} is no longer ${state} here.`);
  }
}
