import { compileOnce } from '../storage/compile-once.ts';
import type { Database } from '../storage/database.ts';
import type { UsageReservationRow, UsageTotalsRow } from '../storage/schema.ts';
import type { DaySpending } from './budget.ts';
import { daysBefore, monthOf, utcDay } from './calendar.ts';
import type { Reservation, UsageTotals } from './usage.ts';

/** How long totals are kept. */
const USAGE_RETENTION_DAYS = 400;

/** In place of a server's id, for direct messages. */
export const DIRECT_MESSAGES = '';

/** The database, or a transaction. */
type Statements = Database['db'];

export interface DailyUsage {
  readonly day: string;
  readonly memberId: string;
  readonly images: number;
  readonly costUsd: number;
}

/** Stores usage: totals by server, UTC day and member, and the reservations of unfinished jobs. */
export class UsageStore {
  readonly #database: Database;
  readonly #insertReservation = compileOnce((db, row: UsageReservationRow) =>
    db.insertInto('usage_reservations').values(row),
  );
  readonly #addTotals = compileOnce((db, row: UsageTotalsRow) =>
    db
      .insertInto('usage_totals')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['guild_id', 'day', 'member_id']).doUpdateSet((eb) => ({
          images: eb('usage_totals.images', '+', row.images),
          accepted_at: row.accepted_at,
        })),
      ),
  );

  constructor(database: Database) {
    this.#database = database;
  }

  /** A server's usage, as far as limits need it: this month's costs, and the images of two days. */
  async load(guildId: string, nowMs: number): Promise<UsageTotals> {
    const [today, yesterday] = [utcDay(nowMs), daysBefore(nowMs, 1)];
    const firstOfMonth = `${monthOf(today)}-01`;
    // One transaction, so that no job ends between the statements.
    return this.#database.write(async (db) => {
      const costs = await db
        .selectFrom('usage_totals')
        .select(({ fn }) => ['day', fn.sum<number>('cost_usd').as('costUsd')])
        .where('guild_id', '=', guildId)
        .where('day', '>=', firstOfMonth)
        .groupBy('day')
        .execute();
      const recent = await db
        .selectFrom('usage_totals')
        .select(['member_id as memberId', 'day', 'images', 'accepted_at as atMs'])
        .where('guild_id', '=', guildId)
        .where('day', '>=', yesterday)
        .orderBy('day')
        .execute();
      const reservations = await db
        .selectFrom('usage_reservations')
        .selectAll()
        .where('guild_id', '=', guildId)
        .execute();
      return {
        costs,
        images: recent.map(({ memberId, day, images }) => ({ memberId, day, images })),
        acceptances: recent.map(({ memberId, atMs }) => ({ memberId, atMs })),
        reservations: reservations.map(toReservation),
      };
    });
  }

  /** The usage of all servers and direct messages together, today and yesterday, without members. */
  async loadEverywhere(nowMs: number): Promise<UsageTotals> {
    return this.#database.write(async (db) => {
      const costs = await db
        .selectFrom('usage_totals')
        .select(({ fn }) => ['day', fn.sum<number>('cost_usd').as('costUsd')])
        .where('day', '>=', daysBefore(nowMs, 1))
        .groupBy('day')
        .execute();
      const reservations = await db.selectFrom('usage_reservations').selectAll().execute();
      return { costs, images: [], acceptances: [], reservations: reservations.map(toReservation) };
    });
  }

  /** The spending of a day, in a server and everywhere. @param db as for `reserve` */
  async spendingOn(day: string, guildId: string, db: Statements): Promise<DaySpending> {
    // In one statement: between two, a reservation could become a cost and be missed by both.
    const sums = await db
      .selectNoFrom(({ selectFrom }) => {
        const spent = selectFrom('usage_totals')
          .select(({ fn }) => fn.sum<number | null>('cost_usd').as('usd'))
          .where('day', '=', day);
        const reserved = selectFrom('usage_reservations')
          .select(({ fn }) => fn.sum<number | null>('estimate_usd').as('usd'))
          .where('day', '=', day);
        return [
          spent.as('spent'),
          reserved.as('reserved'),
          spent.where('guild_id', '=', guildId).as('spentHere'),
          reserved.where('guild_id', '=', guildId).as('reservedHere'),
        ];
      })
      .executeTakeFirstOrThrow();
    return {
      today: { spentUsd: sums.spentHere ?? 0, reservedUsd: sums.reservedHere ?? 0 },
      everywhere: { spentUsd: sums.spent ?? 0, reservedUsd: sums.reserved ?? 0 },
    };
  }

  /** US$ that the server with the most costs of a day has spent; 0 when there is none. Direct messages are no server. */
  async maxGuildSpending(day: string): Promise<number> {
    const row = await this.#database.db
      .selectFrom('usage_totals')
      .select(({ fn }) => fn.sum<number>('cost_usd').as('usd'))
      .where('day', '=', day)
      .where('guild_id', '!=', DIRECT_MESSAGES)
      .groupBy('guild_id')
      .orderBy('usd', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.usd ?? 0;
  }

  /** Stores a reservation. @param db the transaction that stores the job */
  async reserve(guildId: string, reservation: Reservation, db: Statements): Promise<void> {
    const { jobId, memberId, day, images, estimateUsd, acceptedAtMs, acceptedBeforeMs = null } = reservation;
    const row = { guild_id: guildId, member_id: memberId, day, images, accepted_at: acceptedAtMs };
    await this.#insertReservation(db, {
      ...row,
      job_id: jobId,
      estimate_usd: estimateUsd,
      accepted_before: acceptedBeforeMs,
    });
    await this.#addTotals(db, { ...row, cost_usd: 0 });
  }

  /** Releases a job's reservation; with `wasAccepted: false`, its cooldown as well. A second call, also after a restart, does nothing. */
  async releaseReservation(jobId: string, { wasAccepted = true } = {}): Promise<void> {
    await this.#end(jobId, (reservation) => ({
      images: -reservation.images,
      costUsd: 0,
      ...(wasAccepted ? {} : { acceptedAtMs: reservation.acceptedBeforeMs }),
    }));
  }

  /** Replaces a job's reservation by its cost, by default the estimate. A second call, also after a restart, does nothing. */
  async replaceEstimate(jobId: string, costUsd?: number): Promise<void> {
    await this.#end(jobId, (reservation) => ({ images: 0, costUsd: costUsd ?? reservation.estimateUsd }));
  }

  /** Every job with a reservation. Some may have ended without being recorded here. */
  async reservedJobs(): Promise<{ jobId: string; guildId: string }[]> {
    return this.#database.db
      .selectFrom('usage_reservations')
      .select(['job_id as jobId', 'guild_id as guildId'])
      .execute();
  }

  /** A server's month by day and member. @param month as `2026-11` */
  async month(guildId: string, month: string): Promise<DailyUsage[]> {
    return this.#database.db
      .selectFrom('usage_totals')
      .select(['day', 'member_id as memberId', 'images', 'cost_usd as costUsd'])
      .where('guild_id', '=', guildId)
      .where('day', '>=', `${month}-01`)
      .where('day', '<=', `${month}-31`)
      .orderBy('day')
      .orderBy('member_id')
      .execute();
  }

  /** Removes up to `limit` totals older than `USAGE_RETENTION_DAYS`. @returns how many */
  async removeOld(nowMs: number, limit: number): Promise<number> {
    return this.#remove(
      selectKeys(this.#database.db).where('day', '<', daysBefore(nowMs, USAGE_RETENTION_DAYS)),
      limit,
    );
  }

  /** The servers with usage. */
  async guildIds(): Promise<string[]> {
    const rows = await this.#database.db
      .selectFrom('usage_totals')
      .select('guild_id')
      .distinct()
      .where('guild_id', '!=', DIRECT_MESSAGES)
      .execute();
    return rows.map((row) => row.guild_id);
  }

  /** When a server's latest request was accepted. */
  async lastUse(guildId: string): Promise<number | undefined> {
    const row = await this.#database.db
      .selectFrom('usage_totals')
      .select('accepted_at')
      .where('guild_id', '=', guildId)
      .orderBy('accepted_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.accepted_at;
  }

  /** Removes up to `limit` totals of a server. @returns how many */
  async eraseGuild(guildId: string, limit: number): Promise<number> {
    return this.#remove(selectKeys(this.#database.db).where('guild_id', '=', guildId), limit);
  }

  /** @param change returns what to add to the totals, and the time of the last acceptance if that changes */
  async #end(
    jobId: string,
    change: (reservation: { images: number; estimateUsd: number; acceptedBeforeMs: number }) => {
      images: number;
      costUsd: number;
      acceptedAtMs?: number;
    },
  ): Promise<void> {
    await this.#database.write(async (db) => {
      const row = await db
        .deleteFrom('usage_reservations')
        .where('job_id', '=', jobId)
        .returningAll()
        .executeTakeFirst();
      if (!row) return;
      const reservation = {
        images: row.images,
        estimateUsd: row.estimate_usd,
        acceptedBeforeMs: row.accepted_before ?? 0,
      };
      const { images, costUsd, acceptedAtMs } = change(reservation);
      const totals = db
        .updateTable('usage_totals')
        .where('guild_id', '=', row.guild_id)
        .where('day', '=', row.day)
        .where('member_id', '=', row.member_id);
      await totals
        .set((eb) => ({ images: eb('images', '+', images), cost_usd: eb('cost_usd', '+', costUsd) }))
        .execute();
      if (acceptedAtMs === undefined) return;
      // Unless another job was accepted after this one.
      await totals.set({ accepted_at: acceptedAtMs }).where('accepted_at', '=', row.accepted_at).execute();
    });
  }

  async #remove(keys: ReturnType<typeof selectKeys>, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('usage_totals')
      .where(({ eb, refTuple }) =>
        eb(refTuple('guild_id', 'day', 'member_id'), 'in', keys.limit(limit).$asTuple('guild_id', 'day', 'member_id')),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

function toReservation(row: UsageReservationRow): Reservation {
  return {
    jobId: row.job_id,
    memberId: row.member_id,
    day: row.day,
    images: row.images,
    estimateUsd: row.estimate_usd,
    acceptedAtMs: row.accepted_at,
    ...(row.accepted_before === null ? {} : { acceptedBeforeMs: row.accepted_before }),
  };
}

function selectKeys(db: Statements) {
  return db.selectFrom('usage_totals').select(['guild_id', 'day', 'member_id']);
}
