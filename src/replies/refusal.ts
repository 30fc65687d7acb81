import type { Refusal } from '../jobs/run.ts';
import { describeStop } from './failure.ts';

/**
 * Why no new picture is started at present.
 * @param reference finds the refusal in the log; shown where the operator has to act
 */
export function refusalText(refusal: Refusal, reference: string): string {
  switch (refusal.name) {
    case 'full':
      return `The line is full. Try again in about ${refusal.minutes} min. Nothing was started.`;
    case 'stopped':
      return `${describeStop(refusal.reason)} Nothing was started. Reference ${reference}`;
    case 'restarting':
      return 'The bot is restarting. Try again in a minute. Nothing was started.';
    default:
      return refusal satisfies never;
  }
}

export const JOB_GONE = 'The bot no longer has the record of this picture, so this button does nothing any more.';

export const UNKNOWN_ACTION = 'The bot does not know this command or button. It may be from an older version.';

export const BROKEN = 'Something broke in the bot. The operator can find it in the log.';
