import type { Job, JobIn } from './job.ts';

export type ShareOutcome =
  /** `imageCount` says how many images; absent when an earlier attempt had posted them. */
  | { readonly name: 'shared'; readonly job: Job; readonly imageCount?: number }
  /** The job was removed meanwhile. */
  | { readonly name: 'gone' }
  /** The process stops, and nothing was begun. */
  | { readonly name: 'restarting' }
  /** Another press was first. */
  | { readonly name: 'sharing' }
  | { readonly name: 'not loaded' }
  /** Discord takes no such message there. */
  | { readonly name: 'rejected' }
  /** It may have been posted. */
  | { readonly name: 'unclear' };

export interface SharePost {
  /** Where Discord has the images. */
  readonly fileUrls: readonly string[];
  /** Bytes of the largest file that Discord takes there. */
  readonly attachmentSizeLimit: number;
}

/** Shows private images to everyone. Commands know nothing else of how that is done. */
export interface ImageSharing {
  /** Shares a private job's images, hidden behind a click if its `forced` says so. @throws what the database throws, and errors of ours */
  share(job: JobIn<'delivered'>, post: SharePost): Promise<ShareOutcome>;
}
