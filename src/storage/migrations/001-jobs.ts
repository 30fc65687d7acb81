import type { SchemaModule } from 'kysely';
import { sql } from '../kysely.ts';

/** Jobs, the POSTs that were sent for them, and the circuit. */
export async function createJobs(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('jobs')
    // SQLite's autoincrement remembers the largest number given, so that it also grows past removed rows.
    .addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('interaction_id', 'text', (column) => column.notNull().unique())
    .addColumn('application_id', 'text', (column) => column.notNull())
    .addColumn('interaction_token', 'text')
    .addColumn('received_at', 'integer', (column) => column.notNull())
    .addColumn('requester_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text')
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('locale', 'text', (column) => column.notNull())
    .addColumn('is_private', 'integer', (column) => column.notNull())
    .addColumn('attachment_size_limit', 'integer', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('parameters_version', 'integer', (column) => column.notNull())
    .addColumn('forced', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('message_ids', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('delivery', 'text')
    .addColumn('cost_usd', 'real')
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'integer')
    .modifyEnd(sql`strict`)
    .execute();
  // Both the unfinished jobs in their order (ended_at is null) and the ended ones by age.
  await schema.createIndex('jobs_ended_at').on('jobs').columns(['ended_at', 'sequence']).execute();
  await schema.createIndex('jobs_guild_id').on('jobs').column('guild_id').execute();

  await schema
    .createTable('posts')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'integer', (column) => column.notNull())
    .addColumn('settled_at', 'integer')
    .addColumn('outcome', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  await schema.createIndex('posts_sent_at').on('posts').column('sent_at').execute();

  await schema
    .createTable('circuit')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('since', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();

  await schema
    .createTable('departed_guilds')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('noticed_at', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}
