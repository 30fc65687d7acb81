import { sql } from './kysely.ts';

/** Selects the number of rows. */
export const total = sql<number>`count(*)`.as('total');
