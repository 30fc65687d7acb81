import { later, retry, yieldToEventLoop } from '../time.ts';
import { BUSY_LIMIT_MS, DatabaseBusy } from './errors.ts';

/** Turns of the event loop without a new writer after which the others begin, and the most turns that they wait. */
const QUIET_TURNS = 2;
const MAX_TURNS = 16;

/** The time in which one writer runs its statements. Exactly one of its methods has to be called; a second call does nothing. */
export interface Turn {
  /** Ends the turn. Resolves when the statements are on the disk. @throws DatabaseFull, DatabaseBusy, when nothing was stored */
  commit(): Promise<void>;
  /** Ends the turn of a writer that has changed nothing, or has undone it. */
  leave(): void;
}

interface Writer {
  readonly isRelaxed: boolean;
  readonly start: (turn: Turn) => void;
  readonly fail: (error: unknown) => void;
}

/** Resolves or rejects a writer's `commit`. */
interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** SQLite's transaction for several writers. */
export interface SharedTransaction {
  /**
   * Waits for the connection, and begins the transaction.
   * @throws DatabaseBusy when another program writes
   */
  begin(): Promise<void>;
  /** False also after a failure for which SQLite has rolled back by itself. */
  exists(): boolean;
  /**
   * Commits, or rolls back if that fails; then frees the connection.
   * @param isRelaxed whether a power failure may lose it; otherwise it is synced to disk
   * @throws why nothing was stored
   */
  end(isRelaxed: boolean): Promise<void>;
}

/**
 * Lets writers that come at the same time share one transaction, and so one wait for the disk. They run one after the other, in the
 * order of their calls, and each sees what those before it have written. None of them succeeds before the disk has it all.
 */
export class GroupCommit {
  readonly #shared: SharedTransaction;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<Writer>();
  /** Ends the pause before the next try to begin. */
  #retrying = new AbortController();
  #flushing: Promise<void> | undefined;

  /** @param signal ends waiting for another program's lock, with its reason */
  constructor(shared: SharedTransaction, signal: AbortSignal) {
    this.#shared = shared;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#retrying.abort(signal.reason), { once: true });
  }

  /**
   * Waits for a turn to write.
   * @param isRelaxed whether a power failure may lose it; the disk is waited for unless that holds for all writers of the transaction
   * @throws DatabaseBusy after BUSY_LIMIT_MS, or the signal's reason
   */
  join(isRelaxed: boolean): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) return reject(this.#signal.reason);
      const leave = (settle: () => void) => {
        cancel();
        this.#waiting.delete(writer);
        settle();
      };
      const writer: Writer = {
        isRelaxed,
        start: (turn) => leave(() => resolve(turn)),
        fail: (error) => leave(() => reject(error)),
      };
      const cancel = later(BUSY_LIMIT_MS, () => {
        writer.fail(new DatabaseBusy());
        if (this.#waiting.size === 0) this.#stopRetrying();
      });
      this.#waiting.add(writer);
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Resolves when no writer waits or writes. */
  async idle(): Promise<void> {
    await this.#flushing;
  }

  #stopRetrying(): void {
    this.#retrying.abort();
    this.#retrying = new AbortController();
  }

  async #flushAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        await this.#gather();
        await this.#flush();
      }
    } finally {
      // In the same tick as the last look at the waiting writers, so that a later one starts another flush.
      this.#flushing = undefined;
    }
  }

  /**
   * Waits until no more writers come: those of a burst share one wait for the disk, and nothing that is sent meanwhile, such as an
   * acknowledgement, has to wait for it. A new connection is only written to in the turn after the one that opened it.
   */
  async #gather(): Promise<void> {
    let known = this.#waiting.size;
    for (let turns = 0, quietTurns = 0; turns < MAX_TURNS && quietTurns < QUIET_TURNS; turns += 1) {
      await yieldToEventLoop();
      quietTurns = this.#waiting.size > known ? 0 : quietTurns + 1;
      known = this.#waiting.size;
    }
  }

  async #flush(): Promise<void> {
    try {
      await retry(() => this.#shared.begin(), {
        signal: this.#retrying.signal,
        shouldRetry: (error) => error instanceof DatabaseBusy && this.#waiting.size > 0,
        firstPauseMs: 25,
        longestPauseMs: 500,
      });
    } catch (error) {
      for (const writer of this.#waiting) writer.fail(error);
      return;
    }
    const writers = [...this.#waiting];
    const pending: Pending[] = [];
    let isRelaxed = true;
    for (const writer of writers) {
      // It may have given up; or the writers before it have lost the transaction, and it gets the next one.
      if (!this.#waiting.has(writer) || !this.#shared.exists()) continue;
      const commit = await runTurn(writer);
      if (!commit) continue;
      pending.push(commit);
      isRelaxed &&= writer.isRelaxed;
    }
    try {
      await this.#shared.end(isRelaxed);
      for (const { resolve } of pending) resolve();
    } catch (error) {
      for (const { reject } of pending) reject(error);
    }
  }
}

/** @returns undefined when the writer has nothing to commit */
function runTurn(writer: Writer): Promise<Pending | undefined> {
  return new Promise((over) => {
    writer.start({
      commit: () => new Promise<void>((resolve, reject) => over({ resolve, reject })),
      leave: () => over(undefined),
    });
  });
}
