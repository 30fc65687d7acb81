import type { PersonRecords } from './person-records.ts';
import { isoTime, plainJson } from './plain-value.ts';

/** The styles and defaults that a person has saved. */
export const preferences: PersonRecords = {
  lists: ['preferences'],

  async *read(db, userId) {
    const rows = await db.selectFrom('member_preferences').selectAll().where('user_id', '=', userId).execute();
    for (const row of rows) {
      const times = { changedAt: isoTime(row.changed_at), lastUsedAt: isoTime(row.used_at) };
      yield { list: 'preferences', entry: { ...times, saved: plainJson(row.preferences) } };
    }
  },

  async erase(db, { userId, requestedAtMs }) {
    const { numDeletedRows } = await db
      .deleteFrom('member_preferences')
      .where('user_id', '=', userId)
      .where('changed_at', '<=', requestedAtMs)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  },
};
