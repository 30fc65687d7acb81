import type { PersonRecords } from './person-records.ts';
import { isoTime } from './plain-value.ts';

/** That a person wants their data erased, until nothing of it is left. */
export const erasures: PersonRecords = {
  lists: ['erasures'],

  async *read(db, userId) {
    const rows = await db.selectFrom('erasures').select('requested_at').where('user_id', '=', userId).execute();
    for (const { requested_at } of rows) yield { list: 'erasures', entry: { requestedAt: isoTime(requested_at) } };
  },
};
