import { closeSync, fdatasync, openSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';

const syncFile = promisify(fdatasync);

/**
 * Waits until SQLite's write-ahead log is on the disk, while the event loop goes on: with `synchronous = full`, each commit would block
 * the process for as long as the disk takes.
 */
export class LogSync {
  readonly #databasePath: string;
  #file: number | undefined;

  constructor(databasePath: string) {
    this.#databasePath = databasePath;
  }

  /** To be called after a commit. @throws when the disk doesn't confirm; what was committed may be lost at a power failure */
  async sync(): Promise<void> {
    // SQLite makes the log with its first commit, beside the file that a link leads to, and keeps it until it closes the database.
    this.#file ??= openSync(`${realpathSync(this.#databasePath)}-wal`, 'r+');
    await syncFile(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
