import type { ColumnDefinitionBuilder, CreateTableBuilder } from 'kysely';
import { sql } from './kysely.ts';

type DataType = Parameters<CreateTableBuilder<string>['addColumn']>[1];

/** The column types of each database, so that a migration is written once for both. */
export interface ColumnTypes {
  /** Compared byte by byte. */
  readonly text: DataType;
  /** Up to 2^53: epoch milliseconds, counts, 0 or 1. */
  readonly whole: DataType;
  /** As a JavaScript number holds it. */
  readonly fraction: DataType;
  /** Makes a `whole` column a primary key that the database numbers: ascending, and never reusing a number. */
  readonly numbered: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  /** Makes a table refuse values of other types. */
  readonly strict: <T extends string, C extends string>(table: CreateTableBuilder<T, C>) => CreateTableBuilder<T, C>;
}

export const SQLITE_TYPES: ColumnTypes = {
  text: 'text',
  whole: 'integer',
  fraction: 'real',
  // Without autoincrement, the number of a removed last row would be reused.
  numbered: (column) => column.primaryKey().autoIncrement(),
  strict: (table) => table.modifyEnd(sql`strict`),
};

export const POSTGRES_TYPES: ColumnTypes = {
  // The order of a system locale differs from SQLite's, and a system update can change it, which breaks indexes.
  text: sql`text collate "C"`,
  whole: 'bigint',
  fraction: 'double precision',
  numbered: (column) => column.primaryKey().generatedAlwaysAsIdentity(),
  strict: (table) => table,
};
