import type { Job, JobIn } from './job.ts';

export type ShareOutcome =
  | { readonly name: 'shared'; readonly job: Job }
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
  /** Shares a private job's images. @throws what the database throws, and errors of ours */
  share(job: JobIn<'delivered'>, post: SharePost): Promise<ShareOutcome>;
}
