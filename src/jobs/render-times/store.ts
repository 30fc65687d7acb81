import type { Database } from '../../storage/database.ts';

/** How many requests are kept. */
export const REMEMBERED = 50;

/** How long one request took. */
export interface RenderTime {
  /** Seconds of rendering for each unit of work. */
  readonly renderRate: number;
  /** Undefined for a blocking call. */
  readonly queueSeconds: number | undefined;
}

/** Stores how long the latest requests of all processes took. */
export class RenderTimeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Oldest first. */
  async load(): Promise<RenderTime[]> {
    const rows = await this.#database.db
      .selectFrom('render_times')
      .select(['render_rate', 'queue_seconds'])
      .orderBy('id', 'desc')
      .limit(REMEMBERED)
      .execute();
    return rows
      .toReversed()
      .map(({ render_rate, queue_seconds }) => ({ renderRate: render_rate, queueSeconds: queue_seconds ?? undefined }));
  }

  /** Adds some, and removes the oldest. */
  async add(times: readonly RenderTime[]): Promise<void> {
    const { relaxed } = this.#database;
    await relaxed
      .insertInto('render_times')
      .values(
        times.map(({ renderRate, queueSeconds }) => ({ render_rate: renderRate, queue_seconds: queueSeconds ?? null })),
      )
      .execute();
    await relaxed
      .deleteFrom('render_times')
      .where('id', '<=', (eb) =>
        eb.selectFrom('render_times').select((max) => max(max.fn.max('id'), '-', REMEMBERED).as('last')),
      )
      .execute();
  }
}
