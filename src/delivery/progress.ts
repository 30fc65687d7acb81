import { setMaxListeners } from 'node:events';
import type { Progress } from '../jobs/delivery.ts';
import type { DeliveryRoute } from '../jobs/delivery-route.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { progressMessage } from '../replies/progress.ts';
import { later, monotonicNow, withTimeout } from '../time.ts';
import { PacedQueue } from './paced-queue.ts';
import { isContentRefused, isWayGone } from './refusals.ts';
import type { MemberRoutes, Outgoing } from './routes.ts';

/** Between two edits of one message. Discord is reported to allow about 5 in 2 s; a reader needs far fewer. */
const EDIT_INTERVAL_MS = 2_000;
/** The same while the job waits in line. */
const WAITING_INTERVAL_MS = 10_000;
/** Between two edits of any waiting jobs: together at most 10 a second. */
const WAITING_SPACING_MS = 100;
const EDIT_TIMEOUT_MS = 10_000;
/** After edits that failed one after the other, the pause doubles up to this. */
const LONGEST_PAUSE_MS = 60_000;

export interface ProgressParts {
  readonly routes: Pick<MemberRoutes, 'isTokenAlive' | 'editReply' | 'editMessage'>;
  readonly log: Log;
  /** Told the id of a job's message as soon as it is known. */
  readonly onMessages: (job: Job, messageIds: readonly string[]) => Promise<void>;
  /** Told which ways Discord has refused for good: Discord restricts a bot that goes on using a token that is gone. */
  readonly onRefused: (job: Job, refused: readonly DeliveryRoute[]) => Promise<void>;
  /** Told how often a job's message was edited, when its progress has ended. */
  readonly onSettled?: ((edits: number) => void) | undefined;
}

interface Entry {
  job: Job;
  latest: Progress;
  /** The message as Discord has it. */
  shown: string;
  lastEditMs: number;
  notBeforeMs: number;
  edits: number;
  /** Edits that failed since the last that did not. */
  failures: number;
  refused: readonly DeliveryRoute[];
  edit: Promise<void> | undefined;
  /** What the next edit waits for, and how to call it off; news of the same kind leave it in place. */
  pending: { readonly isWaiting: boolean; readonly cancel: () => void } | undefined;
}

interface Route {
  readonly name: DeliveryRoute;
  /** Counts in the bot's budget for this channel, which the final messages need too. */
  readonly channelId: string | undefined;
  readonly send: (message: Outgoing, signal: AbortSignal) => Promise<string>;
}

/** Keeps each job's message at the latest news: one edit at a time for a job, paced, and never an edit that changes nothing. */
export class ProgressEditor {
  readonly #parts: ProgressParts;
  readonly #entries = new Map<string, Entry>();
  /** Waiting jobs whose own pause is over. */
  readonly #queue = new PacedQueue<Entry>(WAITING_SPACING_MS, (entry) => this.#start(entry));
  readonly #busyChannels = new Set<string>();

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  show(job: Job, progress: Progress): void {
    const entry: Entry = this.#entries.get(job.id) ?? {
      job,
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
    entry.job = { ...job, messageIds: job.messageIds.length > 0 ? job.messageIds : entry.job.messageIds };
    entry.latest = progress;
    this.#entries.set(job.id, entry);
    this.#schedule(entry);
  }

  /** Ends a job's progress; resolves, when no edit of it is under way any more, to the job with what its edits have told. */
  async settle(job: Job): Promise<Job> {
    const entry = this.#entries.get(job.id);
    if (!entry) return job;
    this.#entries.delete(job.id);
    entry.pending?.cancel();
    await entry.edit;
    this.#parts.onSettled?.(entry.edits);
    const messageIds = job.messageIds.length > 0 ? job.messageIds : entry.job.messageIds;
    return { ...job, messageIds, refusedRoutes: [...new Set([...job.refusedRoutes, ...entry.refused])] };
  }

  #schedule(entry: Entry): void {
    const isWaiting = entry.latest.phase === 'queued';
    if (entry.edit || entry.pending?.isWaiting === isWaiting) return;
    entry.pending?.cancel();
    const intervalMs = isWaiting ? WAITING_INTERVAL_MS : EDIT_INTERVAL_MS;
    const dueMs = Math.max(entry.lastEditMs + intervalMs, entry.notBeforeMs);
    const cancelTimer = later(dueMs - monotonicNow(), () => {
      if (isWaiting) this.#queue.join(entry);
      else this.#start(entry);
    });
    const cancel = () => {
      cancelTimer();
      this.#queue.leave(entry);
    };
    entry.pending = { isWaiting, cancel };
  }

  /** Begins an edit. False when there is none to make: nothing has changed, or no way to the message is open. */
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
      // Of an edit that failed nobody knows whether it was applied.
      entry.shown = isDone ? text : '';
      if (!isDone) entry.notBeforeMs = monotonicNow() + pauseMs;
      if (this.#entries.get(entry.job.id) === entry) this.#schedule(entry);
    });
    return true;
  }

  #routeOf({ job, refused }: Entry): Route | undefined {
    const { routes } = this.#parts;
    const [messageId] = job.messageIds;
    if (!refused.includes('reply') && routes.isTokenAlive(job)) {
      return {
        name: 'reply',
        channelId: undefined,
        send: (message, signal) => routes.editReply(job, message, signal),
      };
    }
    // The bot's own token does not reach a message that only one member sees.
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
      const id = await withTimeout(EDIT_TIMEOUT_MS, tooLong, (signal) => {
        // discord.js adds a listener each time it sends the edit, and Node takes more than ten for a leak.
        setMaxListeners(0, signal);
        return send(message, signal);
      });
      if (entry.job.messageIds.length === 0) {
        entry.job = { ...entry.job, messageIds: [id] };
        await onMessages(entry.job, [id]);
      }
      return true;
    } catch (error) {
      log.warn({ err: error, job: entry.job.id }, 'a progress edit failed');
      // Where the text is refused, the result may still come this way.
      if (isWayGone(error) && !isContentRefused(error)) {
        entry.refused = [...entry.refused, name];
        await onRefused(entry.job, entry.refused);
      }
      return false;
    } finally {
      if (channelId !== undefined) this.#busyChannels.delete(channelId);
    }
  }
}
