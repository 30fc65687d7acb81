import { sql } from './kysely.ts';

/** A constant that stands in the statement itself: SQLite doesn't look for a partial index by a parameter. */
export function literal(text: string) {
  return sql.lit(text);
}
