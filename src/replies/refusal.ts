import type { Refusal } from '../jobs/runner.ts';
import type { ButtonPolicy } from '../settings/schema.ts';
import type { Texts } from '../texts/index.ts';
import { describeStop } from './failure.ts';

/**
 * Why no new image is started at present.
 * @param reference finds the refusal in the log; shown where the operator has to act
 */
export function refusalText(refusal: Refusal, reference: string, texts: Texts): string {
  switch (refusal.name) {
    case 'full':
      return `The line is full. Try again in about ${refusal.minutes} min. Nothing was started.`;
    case 'share_full':
      return texts.queueShare.full(refusal);
    case 'stopped':
      return `${describeStop(refusal.reason)} Nothing was started. Reference ${reference}`;
    case 'restarting':
      return 'The bot is restarting. Try again in a minute. Nothing was started.';
    default:
      return refusal satisfies never;
  }
}

/** Why a button does nothing for somebody. */
export function buttonRefusalText(policy: ButtonPolicy, verb: 'repeat' | 'delete'): string {
  const members = policy.who === 'role' ? [`members with <@&${policy.roleId}>`] : [];
  // Whoever asked for an image may always delete it.
  const requester = members.length === 0 || verb === 'delete' ? ['who asked for this image'] : [];
  const who = [...requester, ...members].join(', ');
  const where = policy.who === 'requester' ? '' : ' Moderators set this with `/timeless-config buttons`.';
  return `Only ${who}, or a moderator, can ${verb} it.${where}`;
}

export const MODERATORS_ONLY =
  'Only moderators may do this: members with Moderate Members, Manage Server or Administrator, or with a role that an administrator put on the list (`/timeless-config moderators`).';

export const STARTING = 'I am just starting; try again in a few seconds. Nothing was started.';

export const JOB_GONE = 'The bot no longer has the record of this image, so this button does nothing any more.';

export const UNKNOWN_ACTION = 'The bot does not know this command or button. It may be from an older version.';

export const BROKEN = 'Something broke in the bot. The operator can find it in the log.';
