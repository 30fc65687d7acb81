import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import { sql } from '../kysely.ts';

/** Users whose data has to be erased, and indexes to find it. */
export async function createErasuresTable(schema: SchemaModule, types: ColumnTypes): Promise<void> {
  const { strict, text, whole } = types;
  await schema
    .createTable('erasures')
    .addColumn('user_id', text, (column) => column.primaryKey())
    .addColumn('up_to_sequence', whole, (column) => column.notNull())
    .addColumn('requested_at', whole, (column) => column.notNull())
    .$call(strict)
    .execute();
  await schema.createIndex('jobs_requester_id').on('jobs').columns(['requester_id', 'sequence']).execute();
  await schema
    .createIndex('jobs_cancelled')
    .on('jobs')
    .column('sequence')
    .where(sql<boolean>`state = 'cancelled'`)
    .execute();
  await schema.createIndex('usage_totals_member_id').on('usage_totals').column('member_id').execute();
  await schema.createIndex('settings_history_changed_at').on('settings_history').column('changed_at').execute();
}
