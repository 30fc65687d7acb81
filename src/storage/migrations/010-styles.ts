import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** The style of a job, what limits lowered in it, and members' own styles and defaults. */
export async function addStyles(schema: SchemaModule, { strict, text, whole }: ColumnTypes): Promise<void> {
  await schema.alterTable('jobs').addColumn('style', text).execute();
  await schema.alterTable('jobs').addColumn('lowered', text).execute();
  await schema
    .createTable('member_preferences')
    .addColumn('user_id', text, (column) => column.primaryKey())
    .addColumn('preferences', text, (column) => column.notNull())
    .addColumn('changed_at', whole, (column) => column.notNull())
    .addColumn('used_at', whole, (column) => column.notNull())
    .$call(strict)
    .execute();
  await schema.createIndex('member_preferences_changed_at').on('member_preferences').column('changed_at').execute();
  await schema.createIndex('member_preferences_used_at').on('member_preferences').column('used_at').execute();
}
