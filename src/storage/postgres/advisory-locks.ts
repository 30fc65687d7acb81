import type { ExclusiveStep } from '../contract.ts';

/**
 * The advisory locks of this program, each combined with `hashtext(current_schema())`: a database may have one bot in each schema.
 * The first half of the key is "time" in ASCII, counted up.
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export const MIGRATION_LOCK = 0x74_69_6d_65;
/** Held while a process registers, so that two can't claim the same shards. */
export const REGISTRATION_LOCK = MIGRATION_LOCK + 1;
/** Held during `writeExclusively`. A transaction takes only one of them, before anything else, so they can't deadlock. */
export const EXCLUSIVE_LOCKS: Readonly<Record<ExclusiveStep, number>> = {
  submit: MIGRATION_LOCK + 2,
  request: MIGRATION_LOCK + 3,
};

/**
 * The key of the lock that a process holds as long as it lives, as SQL: the schema and the process's number. For Postgres, keys of one
 * number are distinct from keys of two halves, as above.
 */
export const processLock = (id: string) => `(hashtext(current_schema())::bigint << 32) + ${id}`;
