import type { Kysely, Transaction } from 'kysely';
import type { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import type { Migration } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import type { SqliteDriver } from './sqlite.ts';

/**
 * The database of this process. Every statement waits up to ten seconds for another program's lock, or for a server that is out
 * of reach, without holding the process up. All of it may throw DatabaseBusy, and DatabaseFull.
 */
export interface Database {
  /** For single statements. Within `write`, use what that hands over: this one may wait for the end of the transaction. */
  readonly db: Kysely<Schema>;
  /**
   * As `db`, in the order of the calls, for what may be lost with the power, though not with the process, and does no harm when it
   * is done twice: it spares waiting for the disk.
   */
  readonly relaxed: Kysely<Schema>;
  /**
   * Runs `work` in a transaction: all of it is stored when it returns, nothing when it throws. It sees one moment of the database.
   * Only statements may be awaited in it, and it leaves no trace elsewhere: it runs anew when another process was in its way.
   */
  write<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Ends what has begun, closes the connections and frees the lock; a second call does nothing. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly log?: Log;
  /** Of SQLite. Default: the one that suits this Node. */
  readonly driver?: SqliteDriver;
  /** Default: those of this release. */
  readonly migrations?: readonly Migration[];
  /** Told when this process can no longer be sure to be the only owner, and must end. Default: throws it, uncaught. */
  readonly onFatal?: (error: FatalError) => void;
}
