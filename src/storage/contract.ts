import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import type { OwnShards } from '../shards.ts';
import type { Migration } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import type { SqliteDriver } from './sqlite.ts';

/** The process number of a file's only owner; no process that shares a database has it. */
export const SINGLE_PROCESS = 0;

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
  /** As `write`, but one at a time over all processes, and each statement sees what is stored by then. */
  writeExclusively<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** The time by which all processes that share the database go, as SQL: whole epoch milliseconds. */
  clock(): RawBuilder<number>;
  /** The number of this process: where others may share the database, no other one ever has it, nor this one after a restart. */
  readonly processId: number;
  /** Whether other processes, for other shards, may share the database. */
  readonly isShared: boolean;
  /** Forgets processes that are gone, so that what they have claimed is free. */
  forgetDead(): Promise<void>;
  /**
   * Resolves when this process surely owns what it has claimed: at once, unless it was held up for so long that others may have
   * taken it for dead. When they have, it must end (`onFatal`), and this throws.
   */
  ensureAlive(): Promise<void>;
  /**
   * Removes from the files of SQLite what is no longer in the tables, as far as that doesn't hold the process up for long. A Postgres
   * server does that in its own time.
   */
  scrub(): Promise<void>;
  /** Ends what has begun, closes the connections and frees the lock; a second call does nothing. */
  close(): Promise<void>;
}

/** What a program may use that isn't the owner of the database. */
export type SharedDatabase = Pick<Database, 'db' | 'write' | 'scrub'>;

export interface DatabaseOptions {
  readonly log?: Log;
  /** Of SQLite. Default: the one that suits this Node. */
  readonly driver?: SqliteDriver;
  /** Default: those of this release. */
  readonly migrations?: readonly Migration[];
  /** The shards whose jobs are this process's. Default: all, and then no other process may share the database. */
  readonly shards?: OwnShards | undefined;
  /** Told when this process can no longer be sure to own what it has claimed, and must end. Default: throws it, uncaught. */
  readonly onFatal?: (error: FatalError) => void;
}
