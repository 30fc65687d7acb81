import { setMaxListeners } from 'node:events';
import type { Progress } from '../jobs/delivery.ts';
import type { DeliveryRoute } from '../jobs/delivery-route.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { progressMessage } from '../replies/progress.ts';
import { later, monotonicNow, withTimeout } from '../time.ts';
import type { MemberRoutes, Outgoing, PostedMessage } from './discord-routes.ts';
import { PacedQueue } from './paced-queue.ts';
import { isContentRefused, isRouteGone } from './refusals.ts';

/** Between two edits of one message. Discord is reported to allow about 5 in 2 s; a reader needs far fewer. */
const EDIT_INTERVAL_MS = 2_000;
/** The same while the job is queued. */
const WAITING_INTERVAL_MS = 10_000;
/** Between two edits of any waiting jobs: together at most 10 a second. */
const WAITING_SPACING_MS = 100;
/** Most downloads take less. The final message would have to wait for an edit under way: Discord may apply two in any order. */
const DOWNLOADING_DELAY_MS = 1_500;
const EDIT_TIMEOUT_MS = 10_000;
/** The pause doubles after each failed edit, up to this. */
const LONGEST_PAUSE_MS = 60_000;

export interface ProgressParts {
  readonly routes: Pick<MemberRoutes, 'isTokenAlive' | 'editReply' | 'editMessage'>;
  readonly log: Log;
  /** Called with the id of a job's message as soon as it is known. */
  readonly onMessages: (job: Pick<Job, 'id'>, messageIds: readonly string[]) => Promise<void>;
  /** Called with the routes that Discord refused for good: it restricts bots that keep using a token that is gone. */
  readonly onRefused: (job: Pick<Job, 'id'>, refused: readonly DeliveryRoute[]) => Promise<void>;
  /** Called with the number of edits of a job's message, when its progress has ended. */
  readonly onEnded?: ((edits: number) => void) | undefined;
}

type Pace = 'waiting' | 'under way' | 'downloading';

interface Entry {
  job: Job;
  /** Those of the job, or the one that its first edit has returned. */
  messageIds: readonly string[];
  latest: Progress;
  /** The message as Discord has it. */
  shown: string;
  lastEditMs: number;
  notBeforeMs: number;
  edits: number;
  /** Failed edits since the last that succeeded. */
  failures: number;
  refused: readonly DeliveryRoute[];
  edit: Promise<void> | undefined;
  /** The next edit, if one is scheduled; later progress of the same pace doesn't reschedule it. */
  pending: { readonly pace: Pace; readonly cancel: () => void } | undefined;
}

interface Route {
  readonly name: DeliveryRoute;
  /** Set when edits count against the bot's rate limit for this channel, which the final messages need too. */
  readonly channelId: string | undefined;
  readonly send: (message: Outgoing, signal: AbortSignal) => Promise<PostedMessage>;
}

/** Keeps each job's message up to date: one edit at a time for a job, paced, and never an edit that changes nothing. */
export class ProgressEditor {
  readonly #parts: ProgressParts;
  readonly #entries = new Map<string, Entry>();
  /** Queued jobs whose own pause is over. */
  readonly #queue = new PacedQueue<Entry>(WAITING_SPACING_MS, (entry) => this.#start(entry));
  readonly #busyChannels = new Set<string>();

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  show(job: Job, progress: Progress): void {
    const entry: Entry = this.#entries.get(job.id) ?? {
      job,
      messageIds: job.messageIds,
      latest: progress,
      shown: '',
      lastEditMs: Number.NEGATIVE_INFINITY,
      notBeforeMs: 0,
      edits: 0,
      failures: 0,
      refused: job.refusedRoutes,
      edit: undefined,
      pending: undefined,
    };
    entry.job = job;
    if (job.messageIds.length > 0) entry.messageIds = job.messageIds;
    entry.latest = progress;
    this.#entries.set(job.id, entry);
    this.#schedule(entry);
  }

  /** Ends a job's progress. Resolves when no edit is under way, to the job with what its edits have learned. */
  async end(job: Job): Promise<Job> {
    const entry = this.#entries.get(job.id);
    if (!entry) return job;
    this.#entries.delete(job.id);
    entry.pending?.cancel();
    await entry.edit;
    this.#parts.onEnded?.(entry.edits);
    const messageIds = job.messageIds.length > 0 ? job.messageIds : entry.messageIds;
    return { ...job, messageIds, refusedRoutes: [...new Set([...job.refusedRoutes, ...entry.refused])] };
  }

  #schedule(entry: Entry): void {
    const pace = paceOf(entry.latest);
    if (entry.edit || entry.pending?.pace === pace) return;
    entry.pending?.cancel();
    const intervalMs = pace === 'waiting' ? WAITING_INTERVAL_MS : EDIT_INTERVAL_MS;
    const earliestMs = pace === 'downloading' ? monotonicNow() + DOWNLOADING_DELAY_MS : 0;
    const dueMs = Math.max(entry.lastEditMs + intervalMs, entry.notBeforeMs, earliestMs);
    const cancelTimer = later(dueMs - monotonicNow(), () => {
      if (pace === 'waiting') this.#queue.join(entry);
      else this.#start(entry);
    });
    const cancel = () => {
      cancelTimer();
      this.#queue.leave(entry);
    };
    entry.pending = { pace, cancel };
  }

  /** Begins an edit. False when nothing has changed, or no route to the message is open. */
  #start(entry: Entry): boolean {
    entry.pending = undefined;
    const body = progressMessage(entry.job, entry.latest);
    const text = JSON.stringify(body);
    const route = text === entry.shown ? undefined : this.#routeOf(entry);
    if (!route) return false;
    if (route.channelId !== undefined && this.#busyChannels.has(route.channelId)) {
      entry.notBeforeMs = monotonicNow() + EDIT_INTERVAL_MS;
      this.#schedule(entry);
      return false;
    }
    entry.lastEditMs = monotonicNow();
    entry.edits += 1;
    entry.edit = this.#edit(entry, route, { body, files: [] }).then((isDone) => {
      entry.edit = undefined;
      entry.failures = isDone ? 0 : entry.failures + 1;
      const pauseMs = Math.min(EDIT_INTERVAL_MS * 2 ** (entry.failures - 1), LONGEST_PAUSE_MS);
      // A failed edit may have been applied all the same.
      entry.shown = isDone ? text : '';
      if (!isDone) entry.notBeforeMs = monotonicNow() + pauseMs;
      if (this.#entries.get(entry.job.id) === entry) this.#schedule(entry);
    });
    return true;
  }

  #routeOf({ job, messageIds, refused }: Entry): Route | undefined {
    const { routes } = this.#parts;
    const [messageId] = messageIds;
    if (!refused.includes('reply') && routes.isTokenAlive(job)) {
      return {
        name: 'reply',
        channelId: undefined,
        send: (message, signal) => routes.editReply(job, message, signal),
      };
    }
    // The bot's own token can't edit a message that only one member sees.
    if (refused.includes('message') || job.isPrivate || messageId === undefined) return undefined;
    return {
      name: 'message',
      channelId: job.channelId,
      send: (message, signal) => routes.editMessage(job.channelId, messageId, message, signal),
    };
  }

  async #edit(entry: Entry, { name, channelId, send }: Route, message: Outgoing): Promise<boolean> {
    const { onMessages, onRefused, log } = this.#parts;
    if (channelId !== undefined) this.#busyChannels.add(channelId);
    try {
      const tooLong = () => new Error(`A progress edit took more than ${EDIT_TIMEOUT_MS} ms.`);
      const { id } = await withTimeout(EDIT_TIMEOUT_MS, tooLong, (signal) => {
        // discord.js adds a listener each time it sends the edit, and Node takes more than ten for a leak.
        setMaxListeners(0, signal);
        return send(message, signal);
      });
      if (entry.messageIds.length === 0) {
        entry.messageIds = [id];
        await onMessages(entry.job, [id]);
      }
      return true;
    } catch (error) {
      log.warn({ err: error, job: entry.job.id }, 'progress edit failed');
      // After a refusal of the text, the result may still be delivered by this route.
      if (isRouteGone(error) && !isContentRefused(error)) {
        entry.refused = [...entry.refused, name];
        await onRefused(entry.job, entry.refused);
      }
      return false;
    } finally {
      if (channelId !== undefined) this.#busyChannels.delete(channelId);
    }
  }
}

function paceOf({ phase }: Progress): Pace {
  if (phase === 'queued') return 'waiting';
  return phase === 'downloading' ? 'downloading' : 'under way';
}
