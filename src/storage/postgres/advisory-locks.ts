/**
 * The server's locks that this program uses, each together with `hashtext(current_schema())`: a database may hold one bot a schema.
 * The first half of the key is "time" in ASCII, and one more.
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export const LOCK_FOR_LIFE = 0x74_69_6d_65;
export const MIGRATION_LOCK = LOCK_FOR_LIFE + 1;
