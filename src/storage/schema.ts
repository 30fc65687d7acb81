import type { Generated, GeneratedAlways, Insertable, Selectable } from 'kysely';

/** The tables. Ids are text, times whole epoch milliseconds, booleans 0 or 1. */
export interface Schema {
  jobs: JobsTable;
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
  schema_version: SchemaVersionTable;
}

/** A generation, from the press on. */
interface JobsTable {
  /** The order of arrival; no number comes twice, also after rows were removed. */
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
  /** JSON: what the member asked for. */
  parameters: string;
  parameters_version: number;
  /** JSON: what the server forced on it. */
  forced: string | null;
  /** JSON: the button that started it; null for a command. */
  origin: string | null;
  state: string;
  /** JSON of the state. */
  details: string;
  /** JSON list, the reply first. */
  message_ids: string;
  attempts: number;
  /** JSON: which ways of delivery were tried. */
  delivery: string | null;
  cost_usd: number | null;
  created_at: number;
  ended_at: number | null;
  /** The process that lives its life, and 0 in a file, which has one owner. Free when that process is gone. */
  claimed_by: Generated<number>;
}

/** A POST that Segmind counts, kept apart from the job, which may be removed earlier. Times are the database's own. */
interface PostsTable {
  id: GeneratedAlways<number>;
  job_id: string;
  sent_at: number;
  settled_at: number | null;
  outcome: string | null;
}

/** At most one row: until when nothing may be submitted, and why. Times are the database's own. */
interface CircuitTable {
  id: 1;
  /** Empty while the circuit is closed. */
  reason: string;
  since: number;
  /** When one job may be tried although the circuit is open. */
  next_trial_at: number | null;
  /** What a 429 asks for. */
  paused_until: number | null;
}

/** A process that lives, or did until a moment ago. In a file, which has one owner, none is noted. */
interface ProcessesTable {
  id: GeneratedAlways<number>;
  /** Of the whole bot; null when this process owns all shards, however many. */
  shard_count: number | null;
  /** JSON list of its own. */
  shard_ids: string | null;
  /** In the database's own time. */
  claimed_until: number;
}

/** A server of which something is kept, and which is not among those that the bot is in. */
interface DepartedGuildsTable {
  guild_id: string;
  /** Since when that is known, or somebody there has last used the bot. */
  noticed_at: number;
}

/** A server that has commands of ours which were registered there alone. */
interface CommandGuildsTable {
  application_id: string;
  guild_id: string;
}

/** What the moderators of a server have set; no row until they set something. */
interface GuildSettingsTable {
  guild_id: string;
  /** That of the JSON. */
  version: number;
  /** One more with every change. */
  revision: number;
  /** JSON. */
  settings: string;
}

/** One row a change of settings. */
interface SettingsHistoryTable {
  guild_id: string;
  /** That the change led to. */
  revision: number;
  changed_by: string;
  changed_at: number;
  /** JSON list. */
  changes: string;
}

/** What a member has used on a UTC day; the server's id is empty in direct messages, the member's for those whose data was erased. */
interface UsageTotalsTable {
  guild_id: string;
  /** As `2026-11-22`. */
  day: string;
  member_id: string;
  images: number;
  cost_usd: number;
  /** The last one of the day. */
  accepted_at: number;
}

/** What a job that has not ended has taken of its server's limits. */
interface UsageReservationsTable {
  job_id: string;
  guild_id: string;
  member_id: string;
  day: string;
  images: number;
  estimate_usd: number;
  accepted_at: number;
  /** The member's acceptance before, if any. */
  accepted_before: number | null;
}

/** A person whose data is to be erased, for as long as something of it is left. */
interface ErasuresTable {
  user_id: string;
  /** Jobs that came later are not meant. */
  up_to_sequence: number;
  requested_at: number;
}

/** One row a migration. */
interface SchemaVersionTable {
  version: number;
  migrated_at: number;
}

export type JobRow = Selectable<JobsTable>;
export type NewJobRow = Insertable<JobsTable>;
