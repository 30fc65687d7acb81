import { total } from '../storage/database.ts';
import type { Erasure, Statements } from './person-records.ts';
import { jobsOf } from './requests.ts';
import { usage } from './usage.ts';

/** What of a person's data has to wait. */
export async function whatIsLeft(
  db: Statements,
  erasure: Erasure,
): Promise<{ readonly requests: number; readonly hasCounters: boolean }> {
  const open = await jobsOf(db, erasure).select(total).executeTakeFirstOrThrow();
  return { requests: open.total, hasCounters: (await usage.isLeft?.(db, erasure)) ?? false };
}
