import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
  type APIStringSelectComponent,
  ComponentType,
} from 'discord.js';
import type { QueuePlace } from '../jobs/delivery.ts';
import type { UnfinishedJob } from '../jobs/job-finder.ts';
import type { Texts } from '../texts/index.ts';
import { now } from '../time.ts';
import { type Action, customId } from './custom-id.ts';
import { cut, plain } from './escape.ts';
import { relativeTime } from './facts.ts';
import { mention, quoted } from './format.ts';
import { button, COLOURS, rowOf } from './message.ts';

/** As many as a select has room for. */
const PAGE_SIZE = 25;
/** So that a page fits into an embed. */
const PROMPT_LENGTH = 35;
const LABEL_LENGTH = 100;
const MINUTE_MS = 60_000;

/** Whose requests are listed: the member's own, or all of the server. */
export type QueueView = 'mine' | 'server';

/** A request that has not ended; with its place if it is in this process's queue. */
export interface QueuedRequest extends UnfinishedJob {
  readonly place: QueuePlace | undefined;
}

interface QueuePageFacts {
  readonly view: QueueView;
  /** The first is 0; above the last, the last is shown. */
  readonly page: number;
  readonly requests: readonly QueuedRequest[];
  readonly isDirectMessage: boolean;
  readonly isModerator: boolean;
  /** What the member did before. */
  readonly note?: string;
}

interface QueuePage {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIButtonComponent | APIStringSelectComponent>[];
}

const isQueued = ({ job }: QueuedRequest) => job.state.name === 'queued';

/** What is in progress first, then the queue in its order, then what another process has in the queue. */
function inOrder(requests: readonly QueuedRequest[]): QueuedRequest[] {
  const rank = (request: QueuedRequest) => (isQueued(request) ? (request.place?.place ?? Number.MAX_SAFE_INTEGER) : 0);
  return requests.toSorted((one, other) => rank(one) - rank(other));
}

/** When the request is about to be sent; undefined while nothing is. */
function startOf({ aboutMinutes, because }: QueuePlace): string | undefined {
  if (because?.name === 'stopped') return undefined;
  const resumesAtMs = because?.name === 'paused' ? because.untilMs : now();
  return relativeTime(resumesAtMs + aboutMinutes * MINUTE_MS);
}

function placeText(request: QueuedRequest, { queue }: Texts): string {
  if (!isQueued(request)) return queue.inProgress;
  const { place } = request;
  if (!place) return queue.placeUnknown;
  return queue.place({ place: place.place, isAbout: place.isAbout ?? false, start: startOf(place) });
}

function requestLine(request: QueuedRequest, number: number, view: QueueView, texts: Texts): string {
  const { job } = request;
  const parts = [
    placeText(request, texts),
    ...(view === 'server' ? [mention('@', job.requesterId)] : []),
    ...(job.guildId === undefined ? [] : [mention('#', job.channelId)]),
    ...(job.isPrivate ? [texts.queue.private] : []),
    quoted(job.parameters.prompt, PROMPT_LENGTH),
  ];
  return `${number}. ${parts.join(' · ')}`;
}

/** Why nothing starts now, if so. */
function holdText(requests: readonly QueuedRequest[], { progress, stop }: Texts): string[] {
  const because = requests.find(({ place }) => place)?.place?.because;
  if (because?.name === 'stopped') return [progress.onHold.text(stop[because.reason])];
  return because?.name === 'paused' ? [progress.queued.paused(relativeTime(because.untilMs))] : [];
}

function cancelSelect(
  shown: readonly { readonly request: QueuedRequest; readonly number: number }[],
  action: Action,
  page: number,
  { queue }: Texts,
): QueuePage['components'] {
  const options = shown.flatMap(({ request: { job, place }, number }) =>
    place ? [{ label: cut(`${number}. ${plain(job.parameters.prompt)}`, LABEL_LENGTH), value: job.id }] : [],
  );
  if (options.length === 0) return [];
  const select: APIStringSelectComponent = {
    type: ComponentType.StringSelect,
    custom_id: customId(action, String(page)),
    placeholder: queue.cancel,
    min_values: 1,
    max_values: options.length,
    options,
  };
  return [{ type: ComponentType.ActionRow, components: [select] }];
}

/** One page of requests that have not ended, with what the member can do about them. */
export function queuePage(facts: QueuePageFacts, texts: Texts): QueuePage {
  const { view, isDirectMessage, isModerator, note = '' } = facts;
  const { queue } = texts;
  const requests = inOrder(facts.requests);
  const lastPage = Math.max(0, Math.ceil(requests.length / PAGE_SIZE) - 1);
  const page = Math.min(facts.page, lastPage);
  const first = page * PAGE_SIZE;
  const shown = requests
    .slice(first, first + PAGE_SIZE)
    .map((request, index) => ({ request, number: first + index + 1 }));
  const scope = view === 'mine' && isDirectMessage ? 'mineAnywhere' : view;
  const lines = shown.map(({ request, number }) => requestLine(request, number, view, texts));
  const isPartlyElsewhere = requests.some((request) => isQueued(request) && request.isElsewhere);
  const description = [
    ...holdText(requests, texts),
    ...(lines.length > 0 ? lines : [queue.none[scope]]),
    ...(isPartlyElsewhere ? [`-# ${queue.elsewhere}`] : []),
  ].join('\n');
  const footer = [
    ...(lastPage > 0 ? [queue.page(page + 1, lastPage + 1)] : []),
    ...(requests.length > 0 ? [queue.free] : []),
  ].join(' · ');
  const pageButton = (label: string, to: number, of: QueueView = view) =>
    button({ action: `queue-${of}`, label }, String(to));
  const otherView = view === 'mine' ? 'server' : 'mine';
  return {
    content: note,
    embeds: [
      {
        color: COLOURS.progress,
        title: queue.titles[scope],
        description,
        ...(footer === '' ? {} : { footer: { text: footer } }),
      },
    ],
    components: [
      ...cancelSelect(shown, `queue-cancel-${view}`, page, texts),
      ...rowOf([
        ...(page > 0 ? [pageButton(queue.previous, page - 1)] : []),
        ...(page < lastPage ? [pageButton(queue.next, page + 1)] : []),
        pageButton(queue.refresh, page),
        ...(isModerator ? [pageButton(view === 'mine' ? queue.showServer : queue.showMine, 0, otherView)] : []),
      ]),
    ],
  };
}
