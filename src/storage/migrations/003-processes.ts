import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import { sql } from '../kysely.ts';

/** What several processes share: who owns which job, and until when nothing may be submitted. */
export async function createProcessesTable(schema: SchemaModule, types: ColumnTypes): Promise<void> {
  const { numbered, strict, text, whole } = types;
  await schema
    .createTable('processes')
    .addColumn('id', whole, numbered)
    .addColumn('shard_count', whole)
    .addColumn('shard_ids', text)
    .addColumn('claimed_until', whole, (column) => column.notNull())
    .$call(strict)
    .execute();
  await schema
    .alterTable('jobs')
    .addColumn('claimed_by', whole, (column) => column.notNull().defaultTo(0))
    .execute();
  // Few rows, counted before each POST.
  await schema
    .createIndex('jobs_unfinished')
    .on('jobs')
    .columns(['state', 'claimed_by'])
    .where(sql<boolean>`ended_at is null`)
    .execute();
  await schema.createIndex('posts_settled_at').on('posts').columns(['settled_at', 'sent_at']).execute();
  await schema.alterTable('circuit').addColumn('next_trial_at', whole).execute();
  await schema.alterTable('circuit').addColumn('paused_until', whole).execute();
}
