import { type QueueView, queuePage } from '../../replies/queue-page.ts';
import type { Texts } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';
import { isModeratorHere } from '../moderator.ts';

interface QueueRequest {
  readonly view: QueueView;
  /** The first is 0. */
  readonly page: number;
  /** Requests that were cancelled a moment ago: that may not be stored yet. */
  readonly cancelledIds?: readonly string[];
  /** What the member did before. */
  readonly note?: string;
}

/** A page of the member's own requests in this server, or in direct messages of all of them; or of all requests in this server. */
export async function loadQueuePage(
  { view, cancelledIds = [], ...asked }: QueueRequest,
  { jobFinder, jobs }: Pick<CommandContext, 'jobFinder' | 'jobs'>,
  invoker: Invoker,
  texts: Texts,
) {
  const { guildId, userId } = invoker;
  const unfinished = await jobFinder.unfinished({
    ...(guildId === undefined ? {} : { guildId }),
    ...(view === 'server' && guildId !== undefined ? {} : { memberId: userId }),
  });
  const places = jobs.queuePlaces;
  const requests = unfinished
    .filter(({ job }) => !cancelledIds.includes(job.id))
    .map((request) => ({ ...request, place: places.get(request.job.id) }));
  const isModerator = await isModeratorHere(invoker);
  return queuePage({ ...asked, view, requests, isDirectMessage: guildId === undefined, isModerator }, texts);
}
