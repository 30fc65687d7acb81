import { daysBefore, utcDay } from '../settings/calendar.ts';
import type { PersonRecords, Statements } from './person-records.ts';
import { isoTime } from './plain-value.ts';

/** In place of a member's id, for all whose data was erased. */
const ANONYMOUS = '';

const SERVER_OF_DIRECT_MESSAGES = '';
const serverOf = (guildId: string) => (guildId === SERVER_OF_DIRECT_MESSAGES ? null : guildId);

/** What a person has used on which day, and what their requests in progress have reserved. */
export const usage: PersonRecords = {
  lists: ['usage', 'reservations'],

  async *read(db, userId) {
    const totals = await db
      .selectFrom('usage_totals')
      .selectAll()
      .where('member_id', '=', userId)
      .orderBy('day')
      .orderBy('guild_id')
      .execute();
    for (const { guild_id, day, images, cost_usd, accepted_at } of totals) {
      const facts = { images, costUsd: cost_usd, lastRequestAt: isoTime(accepted_at) };
      yield { list: 'usage', entry: { serverId: serverOf(guild_id), day, ...facts } };
    }
    const reservations = await db
      .selectFrom('usage_reservations')
      .selectAll()
      .where('member_id', '=', userId)
      .orderBy('accepted_at')
      .execute();
    for (const { job_id, guild_id, day, images, estimate_usd, accepted_at } of reservations) {
      const facts = { day, images, estimatedCostUsd: estimate_usd, acceptedAt: isoTime(accepted_at) };
      yield { list: 'reservations', entry: { reference: job_id, serverId: serverOf(guild_id), ...facts } };
    }
  },

  /** Numbers stay without the person. Those of today and yesterday wait: else everyone could reset their limits like this. */
  async erase(db, erasure, nowMs, limit) {
    const { userId, requestedAtMs } = erasure;
    const expired = await db
      .selectFrom('usage_totals')
      .select(['guild_id', 'day'])
      .where('member_id', '=', userId)
      .where('day', '<', daysBefore(nowMs, 1))
      .where('day', '<=', utcDay(requestedAtMs))
      // A job that is still open adds to its day when it ends.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('usage_reservations')
              .select('job_id')
              .whereRef('usage_reservations.guild_id', '=', 'usage_totals.guild_id')
              .whereRef('usage_reservations.day', '=', 'usage_totals.day')
              .whereRef('usage_reservations.member_id', '=', 'usage_totals.member_id'),
          ),
        ),
      )
      .limit(limit)
      .execute();
    for (const { guild_id, day } of expired) await anonymize(db, guild_id, day, userId);
    return expired.length;
  },

  async isLeft(db, { userId, requestedAtMs }) {
    const total = await db
      .selectFrom('usage_totals')
      .select('day')
      .where('member_id', '=', userId)
      .where('day', '<=', utcDay(requestedAtMs))
      .limit(1)
      .executeTakeFirst();
    return total !== undefined;
  },
};

/** Adds a person's day to that of everyone whose data was erased. */
async function anonymize(db: Statements, guildId: string, day: string, memberId: string): Promise<void> {
  const removed = await db
    .deleteFrom('usage_totals')
    .where('guild_id', '=', guildId)
    .where('day', '=', day)
    .where('member_id', '=', memberId)
    .returningAll()
    .executeTakeFirst();
  // Another process was first.
  if (!removed) return;
  const { images, cost_usd, accepted_at } = removed;
  await db
    .insertInto('usage_totals')
    .values({ ...removed, member_id: ANONYMOUS })
    .onConflict((conflict) =>
      conflict.columns(['guild_id', 'day', 'member_id']).doUpdateSet((eb) => ({
        images: eb('usage_totals.images', '+', images),
        cost_usd: eb('usage_totals.cost_usd', '+', cost_usd),
        accepted_at: eb
          .case()
          .when('usage_totals.accepted_at', '<', accepted_at)
          .then(accepted_at)
          .else(eb.ref('usage_totals.accepted_at'))
          .end(),
      })),
    )
    .execute();
}
