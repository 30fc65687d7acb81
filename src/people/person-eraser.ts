import type { StateName } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { later, monotonicNow } from '../time.ts';
import { erasePerson, pendingErasures, requestErasure } from './erase-person.ts';
import type { Erasure } from './person-records.ts';
import { jobsOf } from './requests.ts';

/** Between two looks at what can be erased by now. */
const LOOK_PAUSE_MS = 10_000;
/** Between two rewritings of the database's files: they block the process, whoever asked for them. */
const SCRUB_PAUSE_MS = 60_000;

const IN_PROGRESS: readonly StateName[] = ['queued', 'submitting', 'submitted', 'rendered', 'delivering'];

interface PersonEraserParts {
  readonly database: Pick<Database, 'db' | 'write' | 'scrub' | 'processId'>;
  /** Ends a queued job. False when it isn't queued in this process. */
  readonly cancel: (jobId: string, userId: string) => boolean;
  /** Removes files of jobs that are gone. */
  readonly removeFiles: () => Promise<unknown>;
  readonly log: Log;
}

/** What became of a person's requests that hadn't ended. */
export interface Erased {
  readonly cancelled: number;
  /** They are erased as soon as they have ended. */
  readonly inProgress: number;
}

/**
 * Erases people's data: at once what may go, later what has to wait. What is left to do stands in the database: so it survives
 * restarts, every process does its part of it, and other programs can ask for it.
 */
export class PersonEraser {
  readonly #parts: PersonEraserParts;
  #isStopped = false;
  /** Whether the files may still hold what the tables no longer do. */
  #isScrubDue = false;
  #nextScrubAtMs = Number.NEGATIVE_INFINITY;
  #cancelLook = () => {};

  constructor(parts: PersonEraserParts) {
    this.#parts = parts;
  }

  async erase(userId: string): Promise<Erased> {
    const erasure = await requestErasure(this.#parts.database, userId);
    const erased = await this.#carryOut(erasure);
    await this.#scrub();
    this.#parts.log.info(erased, 'data erased on request');
    return erased;
  }

  start(): void {
    this.#cancelLook = later(LOOK_PAUSE_MS, () => {
      this.#look()
        .catch((error: unknown) => {
          if (!this.#isStopped) this.#parts.log.error({ err: error }, 'erasure failed');
        })
        .finally(() => {
          if (!this.#isStopped) this.start();
        });
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook();
  }

  async #look(): Promise<void> {
    for (const erasure of await pendingErasures(this.#parts.database.db)) await this.#carryOut(erasure);
    await this.#scrub();
  }

  async #carryOut(erasure: Erasure): Promise<Erased> {
    const { database } = this.#parts;
    const open = await jobsOf(database.db, erasure)
      .select(['id', 'state', 'claimed_by'])
      .where('ended_at', 'is', null)
      .execute();
    const inProgress = open.filter(({ state }) => IN_PROGRESS.some((name) => name === state)).length;
    const queued = open.filter(({ state, claimed_by }) => state === 'queued' && claimed_by === database.processId);
    const cancelled = queued.filter(({ id }) => this.#parts.cancel(id, erasure.userId)).length;
    if ((await erasePerson(database, erasure)) > 0) this.#isScrubDue = true;
    return { cancelled, inProgress: inProgress - cancelled };
  }

  async #scrub(): Promise<void> {
    if (!this.#isScrubDue || monotonicNow() < this.#nextScrubAtMs) return;
    const { database, removeFiles, log } = this.#parts;
    this.#nextScrubAtMs = monotonicNow() + SCRUB_PAUSE_MS;
    // Reset before the work starts: data that is erased while it runs needs another scrub.
    this.#isScrubDue = false;
    try {
      await removeFiles();
      await database.scrub();
    } catch (error) {
      this.#isScrubDue = true;
      log.warn({ err: error }, 'erased data not yet gone from the files');
    }
  }
}
