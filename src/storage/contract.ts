import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import type { OwnShards } from '../shards.ts';
import type { Migration } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import type { SqliteDriver } from './sqlite.ts';

/** Steps that only one process at a time may do: accept a request, or grant a submit. */
export type ExclusiveStep = 'request' | 'submit';

/** The process number of the only owner of a SQLite file; no process with a Postgres database has it. */
export const SINGLE_PROCESS = 0;

/**
 * The database of this process. Every statement waits up to ten seconds for another program's lock, or for an unreachable server,
 * without blocking the process. Everything may throw DatabaseBusy and DatabaseFull.
 */
export interface Database {
  /** For single statements. Within `write`, use its transaction instead: this one may wait for the transaction to end. */
  readonly db: Kysely<Schema>;
  /**
   * As `db`, in the order of the calls, without waiting for the disk: for writes that a power failure may lose, and that do no harm when
   * they are done twice. The end of the process doesn't lose them.
   */
  readonly relaxed: Kysely<Schema>;
  /**
   * Runs `work` in a transaction: everything is stored when it returns, nothing when it throws. It sees one snapshot of the database.
   * `work` may await only statements, and must have no other side effects: it is repeated after a conflict with another process.
   */
  write<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** As `write`, but one at a time over all processes for each step, and each statement sees everything stored by then. */
  writeExclusively<T>(step: ExclusiveStep, work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** The clock that all processes with this database use, as SQL: whole epoch milliseconds. */
  clock(): RawBuilder<number>;
  /** The number of this process. With Postgres it is never reused. */
  readonly processId: number;
  /** Whether other processes, for other shards, may share the database. */
  readonly isShared: boolean;
  /** Removes processes that are gone, so that their jobs are free. */
  forgetDead(): Promise<void>;
  /**
   * Resolves when this process certainly owns its jobs: at once, unless it was frozen for so long that others may consider it dead.
   * If they do, this process must end: calls `onFatal` and throws.
   */
  ensureAlive(): Promise<void>;
  /**
   * Removes deleted rows from SQLite's files, as far as that doesn't block the process for long. A Postgres server does that by itself.
   */
  scrub(): Promise<void>;
  /** Waits for statements under way, closes the connections and frees the lock; a second call does nothing. */
  close(): Promise<void>;
}

/** The part of a database that a program may use while another process owns it. */
export type SharedDatabase = Pick<Database, 'db' | 'write' | 'scrub'>;

export interface DatabaseOptions {
  readonly log?: Log;
  /** Of SQLite. Default: the one that works with this Node. */
  readonly driver?: SqliteDriver;
  /** Default: those of this release. */
  readonly migrations?: readonly Migration[];
  /** The shards whose jobs this process runs. Default: all, and then no other process may share the database. */
  readonly shards?: OwnShards | undefined;
  /** Called when this process may no longer own its jobs, and must end. Default: throws the error, uncaught. */
  readonly onFatal?: (error: FatalError) => void;
}
