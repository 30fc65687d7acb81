import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { elsewhereMessage } from '../replies/elsewhere.ts';
import { within } from '../time.ts';
import type { RouteOutcome, RouteParts } from './deliver-by-first-route.ts';
import { isRefusal } from './refusals.ts';
import { retryTransient } from './retry-transient.ts';

/** A delivery waits no longer for the edit; retries continue in the background. */
const TIMEOUT_MS = 10_000;

/** If the result was not delivered in the progress message, edits that message, if possible, to say where the result is. Never throws. */
export async function endProgress(
  job: Job,
  ending: Ending,
  { delivered, editable }: RouteOutcome<unknown>,
  { routes, log }: RouteParts,
): Promise<void> {
  if (delivered?.route === 'reply' || delivered?.route === 'message') return;
  const message = { body: elsewhereMessage(job, ending, delivered?.route), files: [] };
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
