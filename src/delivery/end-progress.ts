import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { elsewhereMessage } from '../replies/elsewhere.ts';
import { within } from '../time.ts';
import type { RouteOutcome, RouteParts } from './deliver-by-first-route.ts';
import { isRefusal } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';

/** A delivery waits no longer for it; later tries go on by themselves. */
const TIMEOUT_MS = 10_000;

/** Where the result did not arrive in the progress message, says in that where it went, as far as it can still be edited. Never throws. */
export async function endProgress(
  job: Job,
  ending: Ending,
  { reached, editable }: RouteOutcome<unknown>,
  { routes, log }: RouteParts,
): Promise<void> {
  if (reached?.route === 'reply' || reached?.route === 'message') return;
  const message = { body: elsewhereMessage(job, ending, reached?.route), files: [] };
  const [messageId] = job.messageIds;
  for (const route of editable) {
    const edit =
      route === 'reply'
        ? routes.isTokenAlive(job) && (() => routes.editReply(job, message))
        : !job.isPrivate && messageId !== undefined && (() => routes.editMessage(job.channelId, messageId, message));
    if (!edit) continue;
    const outcome = await within(TIMEOUT_MS, retryTransient(edit, { job: job.id, route: `end of ${route}` }, log));
    if (!outcome || 'value' in outcome || !isRefusal(outcome.error)) return;
  }
}
