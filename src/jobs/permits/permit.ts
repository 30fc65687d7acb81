import type { StopReason } from '../failure.ts';
import type { JobIn, StateOf } from '../job.ts';
import type { Release } from './limiter.ts';

/** Why no POST may be sent at the moment. */
export type WaitReason =
  /** The budget of requests a minute is used up, or as many jobs are in flight as may be. */
  | { readonly name: 'budget' | 'in_flight_limit' }
  /** The provider asked for a pause until then, in epoch milliseconds. */
  | { readonly name: 'paused'; readonly untilMs: number }
  /** The circuit is open. */
  | { readonly name: 'stopped'; readonly reason: StopReason };

/** The right to send one POST. */
export interface Permit {
  readonly postId: number;
  /** When it was asked for, on the monotonic clock. */
  readonly askedAtMs: number;
  /** Whether it is the one try that an open circuit allows. */
  readonly isTrial: boolean;
  /** The state in which the job waited, for its way back into the queue. */
  readonly queued: StateOf<'queued'>;
  /** Lets the next submit of this process go. */
  readonly release: Release;
}

/** Whether a POST may go now. */
export type PermitAnswer =
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'> }
  /** `untilMs`: when to ask again, on the monotonic clock; undefined when nobody knows. */
  | { readonly name: 'wait'; readonly untilMs: number | undefined; readonly because: WaitReason }
  /** The chosen job is no longer queued here. */
  | { readonly name: 'lost' }
  /** No job waits any more. */
  | { readonly name: 'unused' };
