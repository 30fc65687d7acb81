import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Stands for a value while a query is compiled. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that Kysely builds and compiles at its first run only, since that takes as long as running it. For one database, because the
 * SQL depends on its dialect.
 * @param build is called with placeholders for the values, so it can only put them into the query, each as one of its parameters
 * @returns runs the query, in the database or in one of its transactions. An optional value may be left out, but not undefined.
 */
export function compileOnce<Values extends object, Row>(
  build: (db: Kysely<Schema>, values: Values) => Compilable<Row>,
): (db: Kysely<Schema>, values: Values) => ReturnType<typeof db.executeQuery<Row>> {
  /** By the names of the values, of which some may be optional. */
  const known = new Map<string, CompiledQuery<Row>>();
  return (db, values) => {
    const names = Object.keys(values);
    const key = names.join(' ');
    let query = known.get(key);
    if (!query) {
      const placeholders = Object.fromEntries(names.map((name) => [name, new Placeholder(name)]));
      // Safe cast: `build` only passes the values on.
      query = build(db, placeholders as Values).compile();
      known.set(key, query);
    }
    const parameters = query.parameters.map((value) =>
      value instanceof Placeholder ? Reflect.get(values, value.name) : value,
    );
    return db.executeQuery({ ...query, parameters });
  };
}
