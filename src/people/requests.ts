import { literal } from '../storage/literal.ts';
import type { JobRow } from '../storage/schema.ts';
import { yieldToEventLoop } from '../time.ts';
import type { Erasure, ExportEntry, PersonRecords, Statements } from './person-records.ts';
import { isoTime, plainJson } from './plain-value.ts';

const BATCH = 200;
/** No request lives as long as this: one that is still open was lost. */
const LONGEST_LIFE_MS = 24 * 60 * 60_000;

/** What belongs to requests, by their ids. */
interface Belongings {
  readonly submits: ReadonlyMap<string, readonly object[]>;
  readonly messageIds: ReadonlyMap<string, readonly string[]>;
}

/** A person's requests with their prompts, the messages that show them, and when each was sent to Segmind. */
export const requests: PersonRecords = {
  lists: ['requests', 'cancelledForOthers'],

  async *read(db, userId) {
    let last = 0;
    for (;;) {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .where('requester_id', '=', userId)
        .where('sequence', '>', last)
        .orderBy('sequence')
        .limit(BATCH)
        .execute();
      const belongings = await readBelongings(db, rows);
      for (const row of rows) yield { list: 'requests', entry: plainRequest(row, belongings) };
      if (rows.length < BATCH) break;
      last = rows.at(-1)?.sequence ?? last;
      await yieldToEventLoop();
    }
    yield* readCancelled(db, userId);
  },

  async erase(db, erasure, nowMs, limit) {
    const done = await jobsOf(db, erasure)
      .select('id')
      .where((eb) =>
        eb.or([
          eb('ended_at', 'is not', null),
          // Undelivered images: the request waits for the bot's next start.
          eb.and([eb('state', '=', literal('failed')), eb('details', 'like', '%"rendered":{%')]),
          eb('created_at', '<', nowMs - LONGEST_LIFE_MS),
        ]),
      )
      .limit(limit)
      .execute();
    const ids = done.map(({ id }) => id);
    if (ids.length === 0) return 0;
    // The rows stay: they count in the budget of the last minute.
    await db.updateTable('posts').set({ job_id: '' }).where('job_id', 'in', ids).execute();
    await db.deleteFrom('jobs').where('id', 'in', ids).execute();
    return ids.length;
  },

  async isLeft(db, erasure) {
    return (await jobsOf(db, erasure).select('id').limit(1).executeTakeFirst()) !== undefined;
  },
};

/** The jobs that an erasure is about. */
export function jobsOf(db: Statements, { userId, upToSequence }: Erasure) {
  return db.selectFrom('jobs').where('requester_id', '=', userId).where('sequence', '<=', upToSequence);
}

async function readBelongings(db: Statements, rows: readonly JobRow[]): Promise<Belongings> {
  if (rows.length === 0) return { submits: new Map(), messageIds: new Map() };
  const ids = rows.map(({ id }) => id);
  const posts = await db.selectFrom('posts').selectAll().where('job_id', 'in', ids).orderBy('id').execute();
  const messages = await db
    .selectFrom('job_messages')
    .selectAll()
    .where('job_id', 'in', ids)
    .orderBy('message_id')
    .execute();
  return {
    submits: groupByJob(posts, ({ sent_at, settled_at, outcome }) => ({
      sentAt: isoTime(sent_at),
      answeredAt: isoTime(settled_at),
      outcome,
    })),
    messageIds: groupByJob(messages, ({ message_id }) => message_id),
  };
}

function groupByJob<Row extends { readonly job_id: string }, Value>(
  rows: readonly Row[],
  toValue: (row: Row) => Value,
): ReadonlyMap<string, readonly Value[]> {
  const byJob = new Map<string, Value[]>();
  for (const row of rows) byJob.set(row.job_id, [...(byJob.get(row.job_id) ?? []), toValue(row)]);
  return byJob;
}

/** Requests of other members that a moderator has cancelled: their ids alone, the rest is the others'. */
async function* readCancelled(db: Statements, userId: string): AsyncIterable<ExportEntry> {
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'guild_id', 'ended_at'])
    .where('state', '=', literal('cancelled'))
    .where('details', 'like', `%"cancelledBy":"${userId}"%`)
    .where('requester_id', '!=', userId)
    .execute();
  for (const { id, guild_id, ended_at } of rows)
    yield {
      list: 'cancelledForOthers',
      entry: { reference: id, serverId: guild_id, cancelledAt: isoTime(ended_at) },
    };
}

/** All of a row but the interaction token, which is a key to Discord, and who else cancelled it, which is about them. */
function plainRequest(row: JobRow, { submits, messageIds }: Belongings): object {
  const shown = plainJson(row.message_ids);
  const isShown = (id: string) => Array.isArray(shown) && shown.includes(id);
  return {
    reference: row.id,
    serverId: row.guild_id,
    channelId: row.channel_id,
    messageIds: shown,
    otherMessageIds: (messageIds.get(row.id) ?? []).filter((id) => !isShown(id)),
    requestedAt: isoTime(row.created_at),
    endedAt: isoTime(row.ended_at),
    isPrivate: row.is_private === 1,
    language: row.locale,
    parameters: plainJson(row.parameters),
    style: plainJson(row.style),
    loweredByServer: plainJson(row.lowered),
    addedByServer: plainJson(row.forced),
    startedBy: plainJson(row.origin),
    state: withoutOthers(plainJson(row.details), row.requester_id),
    costUsd: row.cost_usd,
    submits: submits.get(row.id) ?? [],
    interactionId: row.interaction_id,
    interactionReceivedAt: isoTime(row.received_at),
    hasInteractionToken: row.interaction_token !== null,
    attachmentSizeLimitBytes: row.attachment_size_limit,
    refusedRoutes: plainJson(row.delivery),
    thumbnailUrl: row.thumbnail_url,
    starredAt: isoTime(row.starred_at),
    sharedAt: isoTime(row.shared_at),
    imagesDeletedAt: isoTime(row.deleted_at),
  };
}

function withoutOthers(state: unknown, userId: string): unknown {
  if (typeof state !== 'object' || state === null || !('cancelledBy' in state)) return state;
  const { cancelledBy, ...rest } = state;
  return cancelledBy === userId ? state : rest;
}
