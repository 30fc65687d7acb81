import type { PersonRecords } from './person-records.ts';
import { isoTime, plainJson } from './plain-value.ts';

/** What a person typed into a form that was refused. */
export const drafts: PersonRecords = {
  lists: ['drafts'],

  async *read(db, userId) {
    const rows = await db.selectFrom('drafts').selectAll().where('user_id', '=', userId).execute();
    for (const { job_id, is_private, form, saved_at } of rows) {
      const facts = { savedAt: isoTime(saved_at), editedReference: job_id, isPrivate: is_private === 1 };
      yield { list: 'drafts', entry: { ...facts, form: plainJson(form) } };
    }
  },

  async erase(db, { userId, requestedAtMs }) {
    const { numDeletedRows } = await db
      .deleteFrom('drafts')
      .where('user_id', '=', userId)
      .where('saved_at', '<=', requestedAtMs)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  },
};
