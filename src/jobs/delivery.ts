import type { Job, RenderedFacts, StateOf } from './job.ts';
import type { WaitReason } from './permits/permit.ts';

/** Where a job is in the queue. */
export interface QueuePlace {
  /** 1 is next. */
  readonly place: number;
  readonly waiting: number;
  /** Whether both are estimates, since other processes have queued jobs as well. */
  readonly isAbout?: true;
  /** The wait if only the rate limit counts; jobs in flight may add to that. */
  readonly aboutMinutes: number;
  /** Why no job is submitted now; absent when no reason is known. */
  readonly because?: WaitReason;
}

/** What a member is shown of a job that has not ended. */
export type Progress =
  | ({ readonly phase: 'queued' } & QueuePlace)
  | { readonly phase: 'submitting' }
  | {
      readonly phase: 'accepted' | 'rendering';
      /** When it was submitted, in epoch milliseconds. */
      readonly sinceMs: number;
      readonly estimateSeconds: number;
      /** Whether it is past its deadline. */
      readonly isOverdue: boolean;
    }
  | { readonly phase: 'downloading'; readonly sinceMs: number };

/** An image in memory, to be delivered. */
export interface Image {
  readonly bytes: Buffer;
  readonly extension: string;
  /** Where the provider keeps it, if it does; shown only if the file can't be attached. */
  readonly url?: string;
}

/** How a job ended, as its final message shows it; with the images if it was delivered. */
export type Ending =
  | {
      readonly name: 'delivered';
      readonly facts: RenderedFacts;
      readonly images: readonly Image[];
      /** Links to images that could not be downloaded. */
      readonly missingLinks: readonly string[];
    }
  | StateOf<'failed' | 'cancelled' | 'unknown'>;

/** Shows jobs to their members. The jobs know nothing else of Discord. */
export interface Delivery {
  /** Shows the progress of a job. Returns at once and never throws; later progress replaces earlier progress that was not sent yet. */
  showProgress(job: Job, progress: Progress): void;
  /**
   * Delivers the final message of a job, with its images; afterwards no progress is shown. May be called again after a restart:
   * nothing is delivered twice. False when all routes failed.
   */
  deliver(job: Job, ending: Ending): Promise<boolean>;
  /** Whether the message of a resumed job already has its images. */
  hasArrived(job: Job): Promise<boolean>;
  /** Whether the interaction of a resumed job was acknowledged: if not, nobody waits for the job. */
  wasAcknowledged(job: Job): Promise<boolean>;
}
