/** Why one more job may not wait: nobody's may, or none of this server, or of direct messages. */
export type QueueRefusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'share_full'; readonly minutes: number; readonly isDirectMessage: boolean };

/**
 * How many jobs of one server may wait. Some room always stays for others, unless there is a single place; as soon as another
 * one waits, half of the queue is enough.
 */
export function shareOf(queueLimit: number, { isAlone }: { readonly isAlone: boolean }): number {
  return Math.max(1, Math.floor(queueLimit * (isAlone ? 0.75 : 0.5)));
}
