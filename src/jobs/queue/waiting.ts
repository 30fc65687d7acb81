import type { StopReason } from '../failure.ts';
import type { JobIn, JobRequest } from '../job.ts';

/** How a job leaves the queue. */
export type QueueExit =
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'> }
  | { readonly name: 'cancelled'; readonly cancelledBy: string }
  | { readonly name: 'expired' }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'lost' };

/** A job in the queue. */
export interface Waiting extends Pick<JobRequest, 'id' | 'requesterId' | 'guildId'> {
  readonly queuedAtMs: number;
  readonly job: JobIn<'queued'>;
  readonly leave: (exit: QueueExit) => void;
  readonly fail: (error: unknown) => void;
  cancelExpiry: () => void;
}
