import type { Turn } from '../contract.ts';

/**
 * The server's locks that this program uses, each together with `hashtext(current_schema())`: a database may hold one bot a schema.
 * The first half of the key is "time" in ASCII, and the next ones.
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export const MIGRATION_LOCK = 0x74_69_6d_65;
/** Held while a process is registered, so that two can't both find the place free. */
export const REGISTRATION_LOCK = MIGRATION_LOCK + 1;
/** Each held by whoever is in turn. A transaction takes one of them, before anything else: so they can't deadlock. */
export const TURN_LOCKS: Readonly<Record<Turn, number>> = { submit: MIGRATION_LOCK + 2, request: MIGRATION_LOCK + 3 };

/**
 * The key of the lock that a process holds for life, as SQL: the schema, and the process's number. Keys of one number and keys of
 * two halves, as the ones above, are different ones for the server.
 */
export const processLock = (id: string) => `(hashtext(current_schema())::bigint << 32) + ${id}`;
