import type { Ending } from '../jobs/delivery.ts';
import type { DeliveryRoute } from '../jobs/delivery-route.ts';
import type { Job } from '../jobs/job.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { describeFailure } from './failure.ts';
import { jobButtons } from './job-buttons.ts';
import { type MessageBody, message } from './message.ts';

/**
 * What the progress message says when the end of its job could not be shown in it.
 * @param where by which way the end was shown instead; undefined when by none
 */
export function elsewhereMessage(job: Job, ending: Ending, where: DeliveryRoute | undefined): MessageBody {
  const texts = textsIn(job.locale);
  const content = `${describe(ending, where, texts)}\n${texts.ending.reference(job.id)}`;
  return message(job.id, { content, buttons: isUndelivered(ending, where) ? [jobButtons(texts).fetch] : [] });
}

/** Whether there are images that reached nobody. */
function isUndelivered(ending: Ending, where: DeliveryRoute | undefined): boolean {
  return (
    where === undefined && (ending.name === 'delivered' || (ending.name === 'failed' && ending.rendered !== undefined))
  );
}

function describe(ending: Ending, where: DeliveryRoute | undefined, texts: Texts): string {
  const { elsewhere } = texts.ending;
  if (isUndelivered(ending, where)) return describeFailure({ kind: 'undeliverable' }, texts);
  if (where === undefined) return elsewhere.nowhere;
  const place = where === 'direct message' ? elsewhere.directMessage : elsewhere.newMessage;
  return ending.name === 'delivered' ? elsewhere.image(place) : elsewhere.other(place);
}
