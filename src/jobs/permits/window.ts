import { type Database, total } from '../../storage/database.ts';
import { monotonicNow } from '../../time.ts';

/**
 * How long a POST counts after it has settled, in milliseconds: a request reaches the provider before it settles, so that never
 * more than N arrive there in 60 s.
 */
const WINDOW_MS = 60_250;
/** A blocking call may take this long; a POST nobody saw settle may have settled just now. */
const LONGEST_POST_MS = 660_000;
/** The pause before the window is looked at again while the end of a POST is awaited. */
const SOON_MS = 1_000;

type Statements = Database['db'];

/** The POSTs that count against the budget. */
export interface PostWindow {
  /** Milliseconds until one more POST fits beside `requestsPerMinute`; 0 when it does now. */
  waitMs(db: Statements, requestsPerMinute: number): Promise<number>;
  /** Called when a POST was put on record, settled, or taken off the record. */
  onBegun(postId: number): void;
  onSettled(postId: number): void;
  onWithdrawn(postId: number): void;
}

/** Of a database that no other process shares: in memory, by the monotonic clock, which no step of the wall clock moves. */
export class InMemoryWindow implements PostWindow {
  readonly #posts = new Map<number, { readonly begunAtMs: number; settledAtMs: number | undefined }>();

  /** Reads what an earlier process has sent. Of its POSTs that nobody saw settle, the end is now at the latest, unless they are older than any POST. */
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
      // A moment that lies ahead is from before the clock was set back.
      const ageMs = settled_at === null ? 0 : Math.max(0, clock - settled_at);
      this.#posts.set(id, { begunAtMs: nowMs - ageMs, settledAtMs: nowMs - ageMs });
    }
  }

  async waitMs(_db: Statements, requestsPerMinute: number): Promise<number> {
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
    // At the first call: storing it may be tried again for long.
    if (post) post.settledAtMs ??= monotonicNow();
  }

  onWithdrawn(postId: number): void {
    this.#posts.delete(postId);
  }
}

/** Of a database that several processes share: in the database, by its server's clock. */
export class SharedWindow implements PostWindow {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async waitMs(db: Statements, requestsPerMinute: number): Promise<number> {
    const { clock } = await db.selectNoFrom(this.#database.clock().as('clock')).executeTakeFirstOrThrow();
    const readAtMs = monotonicNow();
    await this.#correctFutureTimes(db, clock);
    // In one statement: else one that settles between two of them would be missed.
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
    // Counted from when the clock was read: a process far from the database would come too late otherwise.
    return Math.max(1, leaving.settled_at + WINDOW_MS - clock - (monotonicNow() - readAtMs));
  }

  onBegun(): void {}
  onSettled(): void {}
  onWithdrawn(): void {}

  /** After the server's clock was set back: what has settled did so now at the latest. @param clock read a moment ago, for the index */
  async #correctFutureTimes(db: Statements, clock: number): Promise<void> {
    await db
      .updateTable('posts')
      .set({ settled_at: this.#database.clock() })
      .where('settled_at', '>', clock)
      .where('settled_at', '>', this.#database.clock())
      .execute();
  }
}
