/** More than the bot has; only those with lists of values have no end. */
const MAX_STATEMENTS = 200;
/** SQLite runs some pragmas when they are prepared. */
const REUSABLE = /^(?:select|insert|update|delete|begin|commit|savepoint|release|rollback)\b/;

/** Keeps prepared statements by their SQL, because preparing one can take as long as running it. SQLite notices a changed schema. */
export class StatementCache<T> {
  readonly #prepare: (sql: string) => T;
  readonly #statements = new Map<string, T>();

  constructor(prepare: (sql: string) => T) {
    this.#prepare = prepare;
  }

  /** @throws what `prepare` throws */
  get(sql: string): T {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#prepare(sql);
    if (!REUSABLE.test(sql)) return statement;
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined && this.#statements.size >= MAX_STATEMENTS) this.#statements.delete(oldest);
    this.#statements.set(sql, statement);
    return statement;
  }
}
