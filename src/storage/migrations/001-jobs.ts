import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import { sql } from '../kysely.ts';

/** Jobs, the POSTs that were sent for them, and the circuit. */
export async function createJobTables(schema: SchemaModule, types: ColumnTypes): Promise<void> {
  const { fraction, numbered, strict, text, whole } = types;
  await schema
    .createTable('jobs')
    .addColumn('sequence', whole, numbered)
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('interaction_id', text, (column) => column.notNull().unique())
    .addColumn('application_id', text, (column) => column.notNull())
    .addColumn('interaction_token', text)
    .addColumn('received_at', whole, (column) => column.notNull())
    .addColumn('requester_id', text, (column) => column.notNull())
    .addColumn('guild_id', text)
    .addColumn('channel_id', text, (column) => column.notNull())
    .addColumn('locale', text, (column) => column.notNull())
    .addColumn('is_private', whole, (column) => column.notNull())
    .addColumn('attachment_size_limit', whole, (column) => column.notNull())
    .addColumn('parameters', text, (column) => column.notNull())
    .addColumn('parameters_version', whole, (column) => column.notNull())
    .addColumn('forced', text)
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('details', text, (column) => column.notNull())
    .addColumn('message_ids', text, (column) => column.notNull())
    .addColumn('attempts', whole, (column) => column.notNull().defaultTo(0))
    .addColumn('delivery', text)
    .addColumn('cost_usd', fraction)
    .addColumn('created_at', whole, (column) => column.notNull())
    .addColumn('ended_at', whole)
    .$call(strict)
    .execute();
  // Both the unfinished jobs in their order (ended_at is null) and the ended ones by age.
  await schema.createIndex('jobs_ended_at').on('jobs').columns(['ended_at', 'sequence']).execute();
  await schema.createIndex('jobs_guild_id').on('jobs').column('guild_id').execute();

  await schema
    .createTable('posts')
    .addColumn('id', whole, numbered)
    .addColumn('job_id', text, (column) => column.notNull())
    .addColumn('sent_at', whole, (column) => column.notNull())
    .addColumn('settled_at', whole)
    .addColumn('outcome', text)
    .$call(strict)
    .execute();
  await schema.createIndex('posts_sent_at').on('posts').column('sent_at').execute();

  await schema
    .createTable('circuit')
    .addColumn('id', whole, (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('since', whole, (column) => column.notNull())
    .$call(strict)
    .execute();

  await schema
    .createTable('departed_guilds')
    .addColumn('guild_id', text, (column) => column.primaryKey())
    .addColumn('noticed_at', whole, (column) => column.notNull())
    .$call(strict)
    .execute();
}
