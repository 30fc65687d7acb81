import type { Generated, GeneratedAlways, Insertable, Selectable } from 'kysely';

/** The tables. Ids are text, times whole epoch milliseconds, booleans 0 or 1. */
export interface Schema {
  jobs: JobsTable;
  job_messages: JobMessagesTable;
  posts: PostsTable;
  circuit: CircuitTable;
  processes: ProcessesTable;
  departed_guilds: DepartedGuildsTable;
  command_guilds: CommandGuildsTable;
  guild_settings: GuildSettingsTable;
  settings_history: SettingsHistoryTable;
  usage_totals: UsageTotalsTable;
  usage_reservations: UsageReservationsTable;
  erasures: ErasuresTable;
  render_times: RenderTimesTable;
  drafts: DraftsTable;
  member_preferences: MemberPreferencesTable;
  schema_version: SchemaVersionTable;
}

/** A request for images, and what became of it. */
interface JobsTable {
  /** The order of arrival; numbers are never reused. */
  sequence: GeneratedAlways<number>;
  id: string;
  interaction_id: string;
  application_id: string;
  interaction_token: string | null;
  received_at: number;
  requester_id: string;
  guild_id: string | null;
  channel_id: string;
  locale: string;
  is_private: 0 | 1;
  attachment_size_limit: number;
  /** JSON: what the member requested. */
  parameters: string;
  parameters_version: number;
  /** JSON: the style as it was then; null for none. */
  style: string | null;
  /** JSON list: what the server's limits lowered; null for nothing. */
  lowered: string | null;
  /** JSON: what the server adds. */
  forced: string | null;
  /** JSON: the button that started it; null for a command. */
  origin: string | null;
  state: string;
  /** JSON of the state. */
  details: string;
  /** JSON list, the reply first. */
  message_ids: string;
  attempts: number;
  /** JSON: the delivery routes that Discord has refused. */
  delivery: string | null;
  cost_usd: number | null;
  created_at: number;
  ended_at: number | null;
  /** Where Discord has the first image, without the signature; null when it isn't known, or hidden behind a click. */
  thumbnail_url: string | null;
  /** When its requester gave it a star. */
  starred_at: number | null;
  /** When its requester began to share it. As long as the job is private, that hasn't finished. */
  shared_at: number | null;
  /** When somebody deleted its images by a button. */
  deleted_at: number | null;
  /** The process that runs it; 0 in a SQLite file, which has one owner. Free when that process is gone. */
  claimed_by: Generated<number>;
}

/** Every message that shows or showed a job. Removed with the job. */
interface JobMessagesTable {
  message_id: string;
  job_id: string;
}

/** A POST that Segmind counts, apart from its job, which may be removed earlier. Times are by the database's clock. */
interface PostsTable {
  id: GeneratedAlways<number>;
  job_id: string;
  sent_at: number;
  settled_at: number | null;
  outcome: string | null;
}

/** At most one row: until when nothing may be submitted, and why. Times are by the database's clock. */
interface CircuitTable {
  id: 1;
  /** Empty while the circuit is closed. */
  reason: string;
  since: number;
  /** When the open circuit allows one job as a trial. */
  next_trial_at: number | null;
  /** Until when a 429 asks to wait. */
  paused_until: number | null;
}

/** A process that is alive, or was until recently. Empty in a SQLite file, which has one owner. */
interface ProcessesTable {
  id: GeneratedAlways<number>;
  /** Of the whole bot; null when this process owns all shards. */
  shard_count: number | null;
  /** JSON list of its own shards. */
  shard_ids: string | null;
  /** By the database's clock. */
  claimed_until: number;
}

/** A server with stored data that the bot is no longer in. */
interface DepartedGuildsTable {
  guild_id: string;
  /** When that was noticed, or when the server last used the bot, if that is later. */
  noticed_at: number;
}

/** A server in which our commands were registered for that server only. */
interface CommandGuildsTable {
  application_id: string;
  guild_id: string;
}

/** The settings of a server; no row until a moderator sets something. */
interface GuildSettingsTable {
  guild_id: string;
  /** Of the JSON's format. */
  version: number;
  /** Increased with every change. */
  revision: number;
  /** JSON. */
  settings: string;
}

/** One row for each change of settings. */
interface SettingsHistoryTable {
  guild_id: string;
  /** After the change. */
  revision: number;
  changed_by: string;
  changed_at: number;
  /** JSON list. */
  changes: string;
}

/** What a member used on a UTC day; the server's id is empty in direct messages, the member's once their data was erased. */
interface UsageTotalsTable {
  guild_id: string;
  /** As `2026-11-22`. */
  day: string;
  member_id: string;
  images: number;
  cost_usd: number;
  /** The last time on that day. */
  accepted_at: number;
}

/** What an unfinished job uses of its server's limits. */
interface UsageReservationsTable {
  job_id: string;
  guild_id: string;
  member_id: string;
  day: string;
  images: number;
  estimate_usd: number;
  accepted_at: number;
  /** The member's previous acceptance, if any. */
  accepted_before: number | null;
}

/** A user whose data has to be erased; removed when nothing is left. */
interface ErasuresTable {
  user_id: string;
  /** Later jobs are kept. */
  up_to_sequence: number;
  requested_at: number;
}

/** How long a request took; only the latest are kept, and nothing says whose they were. */
interface RenderTimesTable {
  id: GeneratedAlways<number>;
  /** Seconds of rendering ÷ (steps × megapixels × samples). */
  render_rate: number;
  /** Between the submit and the start of the rendering; null for a blocking call. */
  queue_seconds: number | null;
}

/** What a member typed into a form that was refused: the last one of each member. Too old after 15 minutes. */
interface DraftsTable {
  user_id: string;
  /** The job that the form edits; null for a new image. */
  job_id: string | null;
  is_private: 0 | 1;
  /** JSON. */
  form: string;
  saved_at: number;
}

/** A member's own styles and defaults; no row until the member saves something. */
interface MemberPreferencesTable {
  user_id: string;
  /** JSON. */
  preferences: string;
  changed_at: number;
  /** When they were last used or changed; a use is noted once a day. */
  used_at: number;
}

/** One row for each migration. */
interface SchemaVersionTable {
  version: number;
  migrated_at: number;
}

export type JobRow = Selectable<JobsTable>;
export type NewJobRow = Insertable<JobsTable>;
export type UsageReservationRow = Selectable<UsageReservationsTable>;
export type UsageTotalsRow = Selectable<UsageTotalsTable>;
