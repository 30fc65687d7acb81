import * as z from 'zod';
import { parametersSchema } from '../segmind/parameters.ts';
import type { JobRow, NewJobRow } from '../storage/schema.ts';
import { styleSchema } from '../styles/style.ts';
import { DELIVERY_ROUTES } from './delivery-route.ts';
import { forcedSchema, type Job, type JobState, jobStateSchema, loweredSchema, originSchema } from './job.ts';

/** Increased when the meaning of the `parameters` column changes. */
const PARAMETERS_VERSION = 1;

const json = z.string().transform((text): unknown => JSON.parse(text));
export const messageIdsSchema = json.pipe(z.array(z.string()));
const columns = {
  parameters: json.pipe(parametersSchema),
  style: json.pipe(styleSchema),
  lowered: json.pipe(z.array(loweredSchema)),
  forced: json.pipe(forcedSchema),
  origin: json.pipe(originSchema),
  details: json.pipe(jobStateSchema),
  refusedRoutes: json.pipe(z.array(z.enum(DELIVERY_ROUTES))),
};

/** A row as a job. @throws ZodError when a newer release has written it */
export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    interactionId: row.interaction_id,
    applicationId: row.application_id,
    interactionToken: row.interaction_token ?? '',
    receivedAtMs: row.received_at,
    requesterId: row.requester_id,
    ...(row.guild_id === null ? {} : { guildId: row.guild_id }),
    channelId: row.channel_id,
    locale: row.locale,
    isPrivate: row.is_private === 1,
    attachmentSizeLimit: row.attachment_size_limit,
    parameters: columns.parameters.parse(row.parameters),
    ...(row.style === null ? {} : { style: columns.style.parse(row.style) }),
    ...(row.lowered === null ? {} : { lowered: columns.lowered.parse(row.lowered) }),
    forced: row.forced === null ? { spoilers: false } : columns.forced.parse(row.forced),
    ...(row.origin === null ? {} : { origin: columns.origin.parse(row.origin) }),
    state: columns.details.parse(row.details),
    messageIds: messageIdsSchema.parse(row.message_ids),
    ...(row.cost_usd === null ? {} : { costUsd: row.cost_usd }),
    createdAtMs: row.created_at,
    refusedRoutes: row.delivery === null ? [] : columns.refusedRoutes.parse(row.delivery),
    ...(row.ended_at === null ? {} : { endedAtMs: row.ended_at }),
    ...(row.thumbnail_url === null ? {} : { thumbnailUrl: row.thumbnail_url }),
    ...(row.starred_at === null ? {} : { starredAtMs: row.starred_at }),
    ...(row.shared_at === null || row.is_private === 1 ? {} : { sharedAtMs: row.shared_at }),
  };
}

/** A new job as a row. @param processId the process that owns it */
export function toNewRow(job: Job, processId: number): NewJobRow {
  return {
    id: job.id,
    interaction_id: job.interactionId,
    application_id: job.applicationId,
    interaction_token: job.interactionToken,
    received_at: job.receivedAtMs,
    requester_id: job.requesterId,
    guild_id: job.guildId ?? null,
    channel_id: job.channelId,
    locale: job.locale,
    is_private: job.isPrivate ? 1 : 0,
    attachment_size_limit: job.attachmentSizeLimit,
    parameters: JSON.stringify(job.parameters),
    parameters_version: PARAMETERS_VERSION,
    style: job.style ? JSON.stringify(job.style) : null,
    lowered: job.lowered ? JSON.stringify(job.lowered) : null,
    forced: JSON.stringify(job.forced),
    origin: job.origin ? JSON.stringify(job.origin) : null,
    ...stateColumns(job.state),
    message_ids: '[]',
    attempts: 0,
    delivery: null,
    cost_usd: null,
    created_at: job.createdAtMs,
    ended_at: null,
    claimed_by: processId,
  };
}

/** The columns of a job that hold its state. */
export const stateColumns = (state: JobState) => ({ state: state.name, details: JSON.stringify(state) });

/** The readable rows as jobs. @param onUnreadable called for each of the others, which stay as they are */
export function readable(rows: readonly JobRow[], onUnreadable: (id: string, error: unknown) => void): Job[] {
  return rows.flatMap((row) => {
    try {
      return [toJob(row)];
    } catch (error) {
      onUnreadable(row.id, error);
      return [];
    }
  });
}
