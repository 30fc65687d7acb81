import type { Ending } from '../jobs/delivery.ts';
import type { DeliveryRoute } from '../jobs/delivery-route.ts';
import type { Job } from '../jobs/job.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { FETCH } from './ending.ts';
import { describeFailure } from './failure.ts';
import { type MessageBody, message } from './message.ts';

/**
 * What the progress message says when the end of its job could not be shown in it.
 * @param where by which way the end was shown instead; undefined when by none
 */
export function elsewhereMessage(job: Job, ending: Ending, where: DeliveryRoute | undefined): MessageBody {
  const content = `${describe(ending, where, textsIn(job.locale))}\nReference ${job.id}`;
  return message(job.id, { content, buttons: isUndelivered(ending, where) ? [FETCH] : [] });
}

/** Whether there are images that reached nobody. */
function isUndelivered(ending: Ending, where: DeliveryRoute | undefined): boolean {
  return (
    where === undefined && (ending.name === 'delivered' || (ending.name === 'failed' && ending.rendered !== undefined))
  );
}

function describe(ending: Ending, where: DeliveryRoute | undefined, texts: Texts): string {
  if (isUndelivered(ending, where)) return describeFailure({ kind: 'undeliverable' }, texts);
  if (where === undefined) return 'This request has ended, but Discord took no message about it.';
  const isPainted = ending.name === 'delivered';
  const what = isPainted ? 'Your image is painted. It is' : 'This request has ended. You find out more';
  return `${what} in a ${where === 'direct message' ? 'direct message' : 'new message in this channel'}.`;
}
