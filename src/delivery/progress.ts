import type { Progress } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { progressMessage } from '../replies/progress.ts';
import { later, now, withTimeout } from '../time.ts';
import { isMessageGone } from './refusals.ts';
import type { DiscordRoutes } from './routes.ts';

/** Between two edits of one message. Discord is reported to allow about 5 in 2 s; a reader needs far fewer. */
const EDIT_INTERVAL_MS = 2_000;
/** The same while the job waits in line. */
const WAITING_INTERVAL_MS = 10_000;
/** Between two edits of any waiting jobs: together at most 10 a second. */
const WAITING_SPACING_MS = 100;
const EDIT_TIMEOUT_MS = 10_000;

interface ProgressParts {
  readonly routes: DiscordRoutes;
  readonly log: Log;
  /** Told the id of a job's message as soon as it is known. */
  readonly onMessages: (job: Job, messageIds: readonly string[]) => Promise<void>;
}

interface Entry {
  job: Job;
  latest: Progress;
  sent: string;
  lastEditMs: number;
  edit: Promise<void> | undefined;
  cancelTimer: (() => void) | undefined;
  isGone: boolean;
}

/** Keeps each job's message at the latest news: one edit at a time for a job, paced, and never an edit that changes nothing. */
export class ProgressEditor {
  readonly #routes: DiscordRoutes;
  readonly #log: Log;
  readonly #onMessages: ProgressParts['onMessages'];
  readonly #entries = new Map<string, Entry>();
  #nextWaitingEditMs = 0;

  constructor(parts: ProgressParts) {
    this.#routes = parts.routes;
    this.#log = parts.log;
    this.#onMessages = parts.onMessages;
  }

  show(job: Job, progress: Progress): void {
    const known = this.#entries.get(job.id);
    const entry: Entry = known ?? {
      job,
      latest: progress,
      sent: '',
      lastEditMs: Number.NEGATIVE_INFINITY,
      edit: undefined,
      cancelTimer: undefined,
      isGone: false,
    };
    entry.job = { ...job, messageIds: job.messageIds.length > 0 ? job.messageIds : entry.job.messageIds };
    entry.latest = progress;
    this.#entries.set(job.id, entry);
    this.#schedule(entry);
  }

  /** Ends a job's progress; resolves to its message, if known, when no edit of it is under way any more. */
  async settle(jobId: string): Promise<readonly string[]> {
    const entry = this.#entries.get(jobId);
    this.#entries.delete(jobId);
    entry?.cancelTimer?.();
    await entry?.edit;
    return entry?.job.messageIds ?? [];
  }

  #schedule(entry: Entry): void {
    if (entry.edit || entry.isGone) return;
    entry.cancelTimer?.();
    const isWaiting = entry.latest.phase === 'waiting';
    let dueMs = Math.max(now(), entry.lastEditMs + (isWaiting ? WAITING_INTERVAL_MS : EDIT_INTERVAL_MS));
    const isFirst = entry.lastEditMs === Number.NEGATIVE_INFINITY;
    if (isWaiting && !isFirst) {
      dueMs = Math.max(dueMs, this.#nextWaitingEditMs);
      this.#nextWaitingEditMs = dueMs + WAITING_SPACING_MS;
    }
    entry.cancelTimer = later(dueMs - now(), () => {
      entry.cancelTimer = undefined;
      const { latest } = entry;
      entry.edit = this.#edit(entry).finally(() => {
        entry.edit = undefined;
        if (entry.latest !== latest && this.#entries.get(entry.job.id) === entry) this.#schedule(entry);
      });
    });
  }

  async #edit(entry: Entry): Promise<void> {
    const { job } = entry;
    const body = progressMessage(job, entry.latest);
    const text = JSON.stringify(body);
    const [messageId] = job.messageIds;
    const canReply = this.#routes.isTokenAlive(job);
    if (text === entry.sent || (!canReply && (job.isPrivate || messageId === undefined))) return;
    entry.lastEditMs = now();
    try {
      const id = await withTimeout(
        EDIT_TIMEOUT_MS,
        () => new Error(`A progress edit took more than ${EDIT_TIMEOUT_MS} ms.`),
        (signal) =>
          canReply || messageId === undefined
            ? this.#routes.editReply(job, { body, files: [] }, signal)
            : this.#routes.editMessage(job.channelId, messageId, { body, files: [] }, signal),
      );
      entry.sent = text;
      if (messageId === undefined) {
        entry.job = { ...entry.job, messageIds: [id] };
        await this.#onMessages(job, [id]);
      }
    } catch (error) {
      entry.isGone = isMessageGone(error);
      this.#log.warn({ err: error, job: job.id }, 'a progress edit failed');
    }
  }
}
