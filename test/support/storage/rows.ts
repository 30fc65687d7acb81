import type { NewJobRow } from '../../../src/storage/schema.ts';

/** The row of a queued job. */
export function jobRow(id: string, changes: Partial<NewJobRow> = {}): NewJobRow {
  return {
    id,
    interaction_id: `interaction of ${id}`,
    application_id: '100000000000000001',
    interaction_token: 'token',
    received_at: 1_790_000_000_000,
    requester_id: '100000000000000002',
    guild_id: '100000000000000003',
    channel_id: '100000000000000004',
    locale: 'en-US',
    is_private: 0,
    attachment_size_limit: 10_485_760,
    parameters: '{"prompt":"a red rose","seed":999999999999999}',
    parameters_version: 1,
    style: null,
    lowered: null,
    forced: null,
    origin: null,
    state: 'queued',
    details: '{}',
    message_ids: '[]',
    attempts: 0,
    delivery: null,
    thumbnail_url: null,
    starred_at: null,
    shared_at: null,
    deleted_at: null,
    cost_usd: null,
    created_at: 1_790_000_000_000,
    ended_at: null,
    claimed_by: 0,
    ...changes,
  };
}
