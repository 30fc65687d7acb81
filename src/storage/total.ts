import { sql } from './kysely.ts';

/** Selected, the number of rows. */
export const total = sql<number>`count(*)`.as('total');
