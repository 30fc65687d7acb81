import { type Database, total } from '../../storage/database.ts';
import { monotonicNow } from '../../time.ts';

/**
 * How long a POST counts after it has settled, in milliseconds. It reaches the provider before it settles, so never more than N
 * arrive there in 60 s.
 */
const WINDOW_MS = 60_250;
/** The longest time that a blocking call may take: so long a POST without an outcome counts as under way. */
const LONGEST_POST_MS = 660_000;
/** Before the next look at the window when only POSTs under way could make room in it. */
const SOON_MS = 1_000;

type Statements = Database['db'];

/** The POSTs that count against the budget. */
export interface PostWindow {
  /** Milliseconds until one more POST fits in `requestsPerMinute`; 0 when it does now. */
  waitMs(db: Statements, requestsPerMinute: number): Promise<number>;
  /** Called when a POST was recorded, settled, or its record was removed. */
  onBegun(postId: number): void;
  onSettled(postId: number): void;
  onWithdrawn(postId: number): void;
}

/** For a database that no other process shares. Uses the monotonic clock, so that setting the wall clock doesn't matter. */
export class InMemoryWindow implements PostWindow {
  readonly #posts = new Map<number, { readonly begunAtMs: number; settledAtMs: number | undefined }>();

  /** Loads the POSTs of earlier processes. Those without an outcome have settled by now; those older than the longest POST no longer count. */
  async load(database: Database): Promise<void> {
    const nowMs = monotonicNow();
    const rows = await database.db
      .selectFrom('posts')
      .select(['id', 'settled_at', database.clock().as('clock')])
      .where((eb) =>
        eb.or([
          eb('settled_at', '>', eb(database.clock(), '-', WINDOW_MS)),
          eb.and([eb('settled_at', 'is', null), eb('sent_at', '>', eb(database.clock(), '-', LONGEST_POST_MS))]),
        ]),
      )
      .execute();
    for (const { id, settled_at, clock } of rows) {
      // A time in the future is from before the clock was set back.
      const ageMs = settled_at === null ? 0 : Math.max(0, clock - settled_at);
      this.#posts.set(id, { begunAtMs: nowMs - ageMs, settledAtMs: nowMs - ageMs });
    }
  }

  async waitMs(_db: Statements, requestsPerMinute: number): Promise<number> {
    if (this.#posts.size < requestsPerMinute) return 0;
    const nowMs = monotonicNow();
    for (const [id, { begunAtMs, settledAtMs }] of this.#posts) {
      if (nowMs >= (settledAtMs === undefined ? begunAtMs + LONGEST_POST_MS : settledAtMs + WINDOW_MS))
        this.#posts.delete(id);
    }
    const tooMany = this.#posts.size - requestsPerMinute;
    if (tooMany < 0) return 0;
    const settled = [...this.#posts.values()].flatMap(({ settledAtMs }) => settledAtMs ?? []).toSorted((a, b) => a - b);
    const leaving = settled[tooMany];
    return leaving === undefined ? SOON_MS : leaving + WINDOW_MS - nowMs;
  }

  onBegun(postId: number): void {
    this.#posts.set(postId, { begunAtMs: monotonicNow(), settledAtMs: undefined });
  }

  onSettled(postId: number): void {
    const post = this.#posts.get(postId);
    // Only at the first call: storing the outcome may be retried for long.
    if (post) post.settledAtMs ??= monotonicNow();
  }

  onWithdrawn(postId: number): void {
    this.#posts.delete(postId);
  }
}

/** For a database that several processes share. Uses the database server's clock. */
export class SharedWindow implements PostWindow {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async waitMs(db: Statements, requestsPerMinute: number): Promise<number> {
    const { clock } = await db.selectNoFrom(this.#database.clock().as('clock')).executeTakeFirstOrThrow();
    const readAtMs = monotonicNow();
    await this.#correctFutureTimes(db, clock);
    // In one statement: a POST that settles between two statements would be missed.
    const counted = await db
      .selectFrom('posts')
      .select(total)
      .where((eb) =>
        eb.or([
          eb('settled_at', '>', clock - WINDOW_MS),
          eb.and([eb('settled_at', 'is', null), eb('sent_at', '>', clock - LONGEST_POST_MS)]),
        ]),
      )
      .executeTakeFirstOrThrow();
    const tooMany = counted.total - requestsPerMinute;
    if (tooMany < 0) return 0;
    const leaving = await db
      .selectFrom('posts')
      .select('settled_at')
      .where('settled_at', '>', clock - WINDOW_MS)
      .orderBy('settled_at')
      .offset(tooMany)
      .limit(1)
      .executeTakeFirst();
    if (!leaving?.settled_at) return SOON_MS;
    // Less the time since the clock was read: otherwise a process far from the database would come too late.
    return Math.max(1, leaving.settled_at + WINDOW_MS - clock - (monotonicNow() - readAtMs));
  }

  onBegun(): void {}
  onSettled(): void {}
  onWithdrawn(): void {}

  /** After the server's clock was set back, outcomes in the future become outcomes of now. @param clock read a moment ago; lets the index be used */
  async #correctFutureTimes(db: Statements, clock: number): Promise<void> {
    await db
      .updateTable('posts')
      .set({ settled_at: this.#database.clock() })
      .where('settled_at', '>', clock)
      .where('settled_at', '>', this.#database.clock())
      .execute();
  }
}
