import type { StopReason } from '../failure.ts';
import type { JobIn, StateOf } from '../job.ts';
import type { Release } from './limiter.ts';

/** Why no POST may be sent now. */
export type WaitReason =
  /** The requests per minute are used up, or the limit of jobs in flight is reached. */
  | { readonly name: 'budget' | 'in_flight_limit' }
  /** The provider asked for a pause until then, in epoch milliseconds. */
  | { readonly name: 'paused'; readonly untilMs: number }
  /** The circuit is open. */
  | { readonly name: 'stopped'; readonly reason: StopReason };

/** The right to send one POST. */
export interface Permit {
  readonly postId: number;
  /** On the monotonic clock. */
  readonly requestedAtMs: number;
  /** Whether it is for a trial of an open circuit. */
  readonly isTrial: boolean;
  /** The state that the job had in the queue, in case it goes back there. */
  readonly queued: StateOf<'queued'>;
  /** Lets the next submit of this process begin. */
  readonly release: Release;
}

/** The answer to a permit request. */
export type PermitAnswer =
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'> }
  /** `untilMs`: when to ask again, on the monotonic clock; undefined when not known. */
  | { readonly name: 'wait'; readonly untilMs: number | undefined; readonly because: WaitReason }
  /** The chosen job is no longer queued here. */
  | { readonly name: 'lost' }
  /** No job is queued any more. */
  | { readonly name: 'unused' };
