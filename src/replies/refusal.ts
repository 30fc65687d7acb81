import type { JobRefusal } from '../jobs/runner.ts';
import type { ButtonPolicy } from '../settings/schema.ts';
import type { Texts } from '../texts/index.ts';

/**
 * Why the bot takes no new requests.
 * @param reference finds the refusal in the log; shown where the operator has to act
 */
export function refusalText(refusal: JobRefusal, reference: string, texts: Texts): string {
  switch (refusal.name) {
    case 'full':
      return texts.refusal.queueFull(refusal.minutes);
    case 'share_full':
      return texts.refusal.shareFull(refusal);
    case 'stopped':
      return texts.refusal.stopped(texts.stop[refusal.reason], reference);
    case 'restarting':
      return texts.refusal.restarting;
    default:
      return refusal satisfies never;
  }
}

/** The same for a member who hasn't requested anything. */
export function refusalReasonText(refusal: JobRefusal, { refusal: { now }, stop }: Texts): string {
  switch (refusal.name) {
    case 'full':
      return now.queueFull(refusal.minutes);
    case 'share_full':
      return now.shareFull(refusal);
    case 'stopped':
      return now.stopped(stop[refusal.reason]);
    case 'restarting':
      return now.restarting;
    default:
      return refusal satisfies never;
  }
}

/** Why a member may not do this with an image. */
export function buttonRefusalText(
  policy: ButtonPolicy,
  button: 'repeat' | 'edit' | 'details' | 'delete',
  texts: Texts,
): string {
  const { requester, role } = texts.buttonRefusal[button];
  if (policy.who !== 'role') return requester;
  return `${role(`<@&${policy.roleId}>`)}\n-# ${texts.policy.setBy.moderators('buttons')}`;
}
