import type { Job, RenderedFacts, StateOf } from './job.ts';
import type { WaitReason } from './permits/permit.ts';

/** What a member may be told of a job that has not ended. */
export type Progress =
  | {
      readonly phase: 'queued';
      /** 1 is next. */
      readonly place: number;
      readonly waiting: number;
      /** Both are estimates, since jobs wait in other processes as well. */
      readonly isAbout?: true;
      /** How long the budget alone makes it wait; what is under way may add to that. */
      readonly aboutMinutes: number;
      /** Why no job is submitted at the moment; absent while nothing is known to hold them. */
      readonly because?: WaitReason;
    }
  | { readonly phase: 'submitting' }
  | {
      readonly phase: 'accepted' | 'rendering';
      /** When it was submitted, in epoch milliseconds. */
      readonly sinceMs: number;
      readonly estimateSeconds: number;
      /** Past the deadline: still waited for, but the member should know. */
      readonly isOverdue: boolean;
    }
  | { readonly phase: 'downloading'; readonly sinceMs: number };

/** An image in memory, on its way to the member. */
export interface Image {
  readonly bytes: Buffer;
  readonly extension: string;
  /** Where the provider keeps it, if anywhere; shown only when the file can't be attached. */
  readonly url?: string;
}

/** The end that a member sees. With `delivered` the images come along. */
export type Ending =
  | {
      readonly name: 'delivered';
      readonly facts: RenderedFacts;
      readonly images: readonly Image[];
      /** Addresses of images that could not be downloaded. */
      readonly missingLinks: readonly string[];
    }
  | StateOf<'failed' | 'cancelled' | 'unknown'>;

/** How a job reaches the member. The jobs know nothing else of Discord. */
export interface Delivery {
  /** Shows where the job is. Returns at once and never throws; later news replace earlier ones that were not sent yet. */
  showProgress(job: Job, progress: Progress): void;
  /**
   * Brings the end of a job to the member, after which no progress is shown. May be called again after a restart: what
   * arrived before does not arrive twice. False when no way to the member was open.
   */
  deliver(job: Job, ending: Ending): Promise<boolean>;
  /** Whether the images of a job that is being resumed stand in its message already. */
  hasArrived(job: Job): Promise<boolean>;
  /** Whether the interaction of a job that is being resumed was ever acknowledged: if not, nobody waits for it. */
  wasAcknowledged(job: Job): Promise<boolean>;
}
