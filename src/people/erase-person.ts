import type { SharedDatabase } from '../storage/contract.ts';
import { now, yieldToEventLoop } from '../time.ts';
import { ALL_RECORDS } from './all-records.ts';
import type { Erasure, Statements } from './person-records.ts';

/** Rows that are erased at once, so that others can write in between. */
const BATCH = 200;

/** Stores that a person wants erased what there is of them now; what comes later is not meant, unless they ask again. */
export function requestErasure({ write }: Pick<SharedDatabase, 'write'>, userId: string): Promise<Erasure> {
  return write(async (db) => {
    const { last } = await db
      .selectFrom('jobs')
      .select(({ fn }) => fn.max('sequence').as('last'))
      .where('requester_id', '=', userId)
      .executeTakeFirstOrThrow();
    // No job: the maximum of nothing is null, whatever Kysely's types say.
    const requested = { up_to_sequence: last ?? 0, requested_at: now() };
    await db
      .insertInto('erasures')
      .values({ user_id: userId, ...requested })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(requested))
      .execute();
    return { userId, upToSequence: requested.up_to_sequence, requestedAtMs: requested.requested_at };
  });
}

/** The erasures of which something is left to do. */
export async function pendingErasures(db: Statements): Promise<Erasure[]> {
  const rows = await db.selectFrom('erasures').selectAll().orderBy('requested_at').execute();
  return rows.map(({ user_id, up_to_sequence, requested_at }) => ({
    userId: user_id,
    upToSequence: up_to_sequence,
    requestedAtMs: requested_at,
  }));
}

/**
 * Erases what may go by now, also beside a bot. What has to wait, such as requests in progress, is left to a later call.
 * @returns how many rows were erased, or lost their person
 */
export async function erasePerson({ write }: Pick<SharedDatabase, 'write'>, erasure: Erasure): Promise<number> {
  let erased = 0;
  for (;;) {
    const batch = await write((db) => eraseBatch(db, erasure));
    erased += batch;
    if (batch === 0) return erased;
    await yieldToEventLoop();
  }
}

async function eraseBatch(db: Statements, erasure: Erasure): Promise<number> {
  let erased = 0;
  for (const records of ALL_RECORDS) erased += (await records.erase?.(db, erasure, now(), BATCH)) ?? 0;
  if (erased > 0) return erased;
  for (const records of ALL_RECORDS) if (await records.isLeft?.(db, erasure)) return 0;
  await db
    .deleteFrom('erasures')
    .where('user_id', '=', erasure.userId)
    .where('requested_at', '=', erasure.requestedAtMs)
    .where('up_to_sequence', '=', erasure.upToSequence)
    .execute();
  return 0;
}
