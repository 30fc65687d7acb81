import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** What moderators set, who changed it, and what servers have used. */
export async function createSettingsTables(schema: SchemaModule, types: ColumnTypes): Promise<void> {
  const { fraction, strict, text, whole } = types;
  await schema
    .createTable('guild_settings')
    .addColumn('guild_id', text, (column) => column.primaryKey())
    .addColumn('version', whole, (column) => column.notNull())
    .addColumn('revision', whole, (column) => column.notNull())
    .addColumn('settings', text, (column) => column.notNull())
    .$call(strict)
    .execute();

  await schema
    .createTable('settings_history')
    .addColumn('guild_id', text, (column) => column.notNull())
    .addColumn('revision', whole, (column) => column.notNull())
    .addColumn('changed_by', text, (column) => column.notNull())
    .addColumn('changed_at', whole, (column) => column.notNull())
    .addColumn('changes', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('settings_history_key', ['guild_id', 'revision'])
    .$call(strict)
    .execute();

  await schema
    .createTable('usage_totals')
    .addColumn('guild_id', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('member_id', text, (column) => column.notNull())
    .addColumn('images', whole, (column) => column.notNull())
    .addColumn('cost_usd', fraction, (column) => column.notNull())
    .addColumn('accepted_at', whole, (column) => column.notNull())
    // In this order, since queries select a range of days of a server.
    .addPrimaryKeyConstraint('usage_totals_key', ['guild_id', 'day', 'member_id'])
    .$call(strict)
    .execute();
  await schema.createIndex('usage_totals_day').on('usage_totals').column('day').execute();

  await schema
    .createTable('usage_reservations')
    .addColumn('job_id', text, (column) => column.primaryKey())
    .addColumn('guild_id', text, (column) => column.notNull())
    .addColumn('member_id', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('images', whole, (column) => column.notNull())
    .addColumn('estimate_usd', fraction, (column) => column.notNull())
    .addColumn('accepted_at', whole, (column) => column.notNull())
    .addColumn('accepted_before', whole)
    .$call(strict)
    .execute();
  await schema.createIndex('usage_reservations_guild_id').on('usage_reservations').column('guild_id').execute();
}
