import type { Ending } from '../jobs/delivery.ts';
import type { Job, Rung } from '../jobs/job.ts';
import { describeFailure } from './failure.ts';
import { type MessageBody, message } from './message.ts';

/**
 * What the progress message says when the end of its job could not be shown in it.
 * @param where by which way the end was shown instead; undefined when by none
 */
export function elsewhereMessage(job: Job, ending: Ending, where: Rung | undefined): MessageBody {
  return message(job.id, { content: `${describe(ending, where)}\nReference ${job.id}`, buttons: [] });
}

function describe(ending: Ending, where: Rung | undefined): string {
  const isPainted = ending.name === 'delivered';
  if (where === undefined) {
    return isPainted
      ? describeFailure({ kind: 'undeliverable' })
      : 'This request has ended, but Discord took no message about it.';
  }
  const what = isPainted ? 'Your picture is painted. It is' : 'This request has ended. You find out more';
  return `${what} in a ${where === 'direct message' ? 'direct message' : 'new message in this channel'}.`;
}
