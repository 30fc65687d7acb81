import type { Verdict } from './failure.ts';
import type { Job, StateName } from './job.ts';

/** What a POST led to: it was taken, something between answered (`foreign`), or the verdict on its failure. */
export type PostOutcome = 'accepted' | 'foreign' | Verdict['name'];

/** What happens in the lives of jobs, for the log and for whoever counts it. */
export type JobEvent =
  /** A member's request is stored and acknowledged, and is queued. */
  | { readonly name: 'accepted'; readonly job: Job }
  /** A job that an earlier process left is resumed where it stood. */
  | { readonly name: 'resumed'; readonly job: Job }
  /** A step is stored. `from` is the state before, the same as now when only its details have changed. */
  | { readonly name: 'stepped'; readonly job: Job; readonly from: StateName }
  | { readonly name: 'posted'; readonly outcome: PostOutcome }
  /** A result came with the balance that is left, in US$. */
  | { readonly name: 'credits_reported'; readonly creditsUsd: number };

/** Hears of every event at once; must neither throw nor wait. */
export type JobListener = (event: JobEvent) => void;

/** Hands what happens to jobs to every listener, in the order in which they were added. */
export class JobEvents {
  readonly #listeners: JobListener[] = [];

  add(listener: JobListener): void {
    this.#listeners.push(listener);
  }

  readonly emit: JobListener = (event) => {
    for (const listener of this.#listeners) listener(event);
  };
}
