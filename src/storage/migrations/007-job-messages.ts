import type { SchemaModule, Transaction } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import { sql } from '../kysely.ts';
import type { Schema } from '../schema.ts';

/** Which job a message shows, and what a member requested in a server. */
export async function createJobMessagesTable(
  schema: SchemaModule,
  { strict, text, textsIn }: ColumnTypes,
  transaction: Transaction<Schema>,
): Promise<void> {
  await schema
    .createTable('job_messages')
    .addColumn('message_id', text, (column) => column.primaryKey())
    // The previous release, which doesn't know this table, removes jobs too.
    .addColumn('job_id', text, (column) => column.notNull().references('jobs.id').onDelete('cascade'))
    .$call(strict)
    .execute();
  await schema.createIndex('job_messages_job_id').on('job_messages').column('job_id').execute();
  await schema.createIndex('jobs_member').on('jobs').columns(['guild_id', 'requester_id', 'sequence']).execute();
  // Without `where true`, SQLite would parse `on conflict` as a part of the join.
  await sql`insert into job_messages (message_id, job_id)
    select listed.value, jobs.id from jobs, ${textsIn('jobs.message_ids')} as listed where true
    on conflict do nothing`.execute(transaction);
}
