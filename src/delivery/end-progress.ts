import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { elsewhereMessage } from '../replies/elsewhere.ts';
import { within } from '../time.ts';
import { insist } from './insist.ts';
import type { Climbed, LadderParts } from './ladder.ts';
import { isRefusal } from './refusals.ts';

/** A delivery waits no longer for it; later tries go on by themselves. */
const TIMEOUT_MS = 10_000;

/** Where the result did not arrive in the progress message, says in that where it went, as far as it can still be edited. Never throws. */
export async function endProgress(
  job: Job,
  ending: Ending,
  { reached, editable }: Climbed<unknown>,
  { routes, log }: LadderParts,
): Promise<void> {
  if (reached?.rung === 'reply' || reached?.rung === 'message') return;
  const message = { body: elsewhereMessage(job, ending, reached?.rung), files: [] };
  const [messageId] = job.messageIds;
  for (const rung of editable) {
    const edit =
      rung === 'reply'
        ? routes.isTokenAlive(job) && (() => routes.editReply(job, message))
        : !job.isPrivate && messageId !== undefined && (() => routes.editMessage(job.channelId, messageId, message));
    if (!edit) continue;
    const outcome = await within(TIMEOUT_MS, insist(edit, { job: job.id, rung: `end of ${rung}` }, log));
    if (!outcome || 'value' in outcome || !isRefusal(outcome.error)) return;
  }
}
