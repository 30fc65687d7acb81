import type { ColumnDefinitionBuilder, CreateTableBuilder } from 'kysely';
import { sql } from './kysely.ts';

type DataType = Parameters<CreateTableBuilder<string>['addColumn']>[1];

/** What each database calls the types of the schema, so that a migration is written once for both. */
export interface ColumnTypes {
  /** Compared byte by byte. */
  readonly text: DataType;
  /** Up to 2^53: epoch milliseconds, counts, 0 or 1. */
  readonly whole: DataType;
  /** As a JavaScript number holds it. */
  readonly fraction: DataType;
  /** For a primary key of `whole` numbers that the database draws: upwards, and none twice, also after rows were removed. */
  readonly numbered: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  /** At the end of each table: makes it refuse values of other types. */
  readonly strict: <T extends string, C extends string>(table: CreateTableBuilder<T, C>) => CreateTableBuilder<T, C>;
}

export const SQLITE_TYPES: ColumnTypes = {
  text: 'text',
  whole: 'integer',
  fraction: 'real',
  // Without autoincrement the number of a removed last row would come again.
  numbered: (column) => column.primaryKey().autoIncrement(),
  strict: (table) => table.modifyEnd(sql`strict`),
};

export const POSTGRES_TYPES: ColumnTypes = {
  // An order of the system's locale differs from SQLite's, and an index in it breaks when an update of the system changes it.
  text: sql`text collate "C"`,
  whole: 'bigint',
  fraction: 'double precision',
  numbered: (column) => column.primaryKey().generatedAlwaysAsIdentity(),
  strict: (table) => table,
};
