import type { ColumnDefinitionBuilder, CreateTableBuilder, RawBuilder } from 'kysely';
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
  /** The texts in the JSON list of a column, as rows with a column `value`. */
  readonly textsIn: (column: string) => RawBuilder<unknown>;
  /** Makes a table refuse values of other types. */
  readonly strict: <T extends string, C extends string>(table: CreateTableBuilder<T, C>) => CreateTableBuilder<T, C>;
}

export const SQLITE_TYPES: ColumnTypes = {
  text: 'text',
  whole: 'integer',
  fraction: 'real',
  // Without autoincrement, the number of a removed last row would be reused.
  numbered: (column) => column.primaryKey().autoIncrement(),
  textsIn: (column) => sql`json_each(${sql.ref(column)})`,
  strict: (table) => table.modifyEnd(sql`strict`),
};

export const POSTGRES_TYPES: ColumnTypes = {
  // The order of a system locale differs from SQLite's, and a system update can change it, which breaks indexes.
  text: sql`text collate "C"`,
  whole: 'bigint',
  fraction: 'double precision',
  numbered: (column) => column.primaryKey().generatedAlwaysAsIdentity(),
  textsIn: (column) => sql`json_array_elements_text(${sql.ref(column)}::json)`,
  strict: (table) => table,
};
