import type { Database } from '../storage/database.ts';

export type Statements = Database['db'];

/** One thing that is stored about a person, for their export. */
export interface ExportEntry {
  /** The list of the export that it belongs to. */
  readonly list: string;
  readonly entry: object;
}

/** What a person wants erased: all that is theirs up to a moment. */
export interface Erasure {
  readonly userId: string;
  /** The number of their last job then. */
  readonly upToSequence: number;
  readonly requestedAtMs: number;
}

/** What a part of the database holds of people. */
export interface PersonRecords {
  /** Every list of its in an export, also where it has nothing. */
  readonly lists: readonly string[];
  /** All that it holds of a person, a batch at a time. */
  read(db: Statements, userId: string): AsyncIterable<ExportEntry>;
  /** Erases up to `limit` rows. Absent where all is kept, for reasons that docs/privacy.md gives. */
  erase?(db: Statements, erasure: Erasure, nowMs: number, limit: number): Promise<number>;
  /** Whether there is something left that can only be erased later. */
  isLeft?(db: Statements, erasure: Erasure): Promise<boolean>;
}
