/** Why a new job can't be queued: the queue is full, or the share of its server, or of direct messages, is. */
export type QueueRefusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'share_full'; readonly minutes: number; readonly isDirectMessage: boolean };

/**
 * How many jobs one server may have in the queue: three quarters while it is alone, which leaves room for others, and half as soon
 * as another server has jobs in it. At least 1.
 */
export function shareOf(queueLimit: number, { isAlone }: { readonly isAlone: boolean }): number {
  return Math.max(1, Math.floor(queueLimit * (isAlone ? 0.75 : 0.5)));
}
