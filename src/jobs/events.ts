import type { Verdict } from './failure.ts';
import type { Job, StateName } from './job.ts';

/** The outcome of a POST: accepted, answered by a gateway in between (`foreign`), or the verdict on its failure. */
export type PostOutcome = 'accepted' | 'foreign' | Verdict['name'];

/** What happens to jobs, for the log and the metrics. */
export type JobEvent =
  /** A member's request is stored and acknowledged, and is queued. */
  | { readonly name: 'accepted'; readonly job: Job }
  /** A job of an earlier process is resumed in its state. */
  | { readonly name: 'resumed'; readonly job: Job }
  /** A change is stored. `from` is the state before, the same as now if only details have changed. */
  | { readonly name: 'stepped'; readonly job: Job; readonly from: StateName }
  | { readonly name: 'posted'; readonly outcome: PostOutcome }
  /** Segmind reported the remaining balance, in US$. */
  | { readonly name: 'credits_reported'; readonly creditsUsd: number };

/** Called synchronously with every event; must not throw. */
export type JobListener = (event: JobEvent) => void;

/** Passes each event to every listener, in the order in which they were added. */
export class JobEvents {
  readonly #listeners: JobListener[] = [];

  add(listener: JobListener): void {
    this.#listeners.push(listener);
  }

  readonly emit: JobListener = (event) => {
    for (const listener of this.#listeners) listener(event);
  };
}
