import type { StopReason } from '../failure.ts';
import type { JobIn, JobRequest } from '../job.ts';

/** How a job leaves the queue. */
export type QueueExit =
  | { readonly name: 'granted'; readonly job: JobIn<'submitting'> }
  | { readonly name: 'cancelled'; readonly cancelledBy: string }
  | { readonly name: 'expired' }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'lost' };

/** A job that is queued, or about to be. */
export type PendingJob = Pick<JobRequest, 'id' | 'requesterId' | 'guildId'>;

/** A job in the queue, or one that a permit is being requested for. */
export interface QueuedJob extends PendingJob {
  readonly queuedAtMs: number;
  readonly job: JobIn<'queued'>;
  readonly leave: (exit: QueueExit) => void;
  readonly fail: (error: unknown) => void;
  cancelExpiry: () => void;
  /** Who cancelled it while its permit was being requested: it leaves if it has to wait. */
  cancelledBy?: string;
}
