import { closeSync, fdatasync, openSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';

const syncFile = promisify(fdatasync);

/** Syncs SQLite's write-ahead log to disk without blocking the event loop, as SQLite's own `synchronous = full` would at each commit. */
export class LogSync {
  readonly #databasePath: string;
  #file: number | undefined;

  constructor(databasePath: string) {
    this.#databasePath = databasePath;
  }

  /** Syncs everything that was committed before the call. @throws when that fails: a power failure may lose those commits */
  async sync(): Promise<void> {
    // SQLite resolves links, creates the log at the latest with the first commit, and keeps it until it closes the database.
    this.#file ??= openSync(`${realpathSync(this.#databasePath)}-wal`, 'r+');
    await syncFile(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
