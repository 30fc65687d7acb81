import { sql } from './kysely.ts';

/** A constant in the statement itself: SQLite can't choose a partial index by a parameter. */
export function literal(text: string) {
  return sql.lit(text);
}
