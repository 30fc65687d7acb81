import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** What members typed into a form that was refused. */
export async function createDraftsTable(schema: SchemaModule, { strict, text, whole }: ColumnTypes): Promise<void> {
  await schema
    .createTable('drafts')
    .addColumn('user_id', text, (column) => column.primaryKey())
    .addColumn('job_id', text)
    .addColumn('is_private', whole, (column) => column.notNull())
    .addColumn('form', text, (column) => column.notNull())
    .addColumn('saved_at', whole, (column) => column.notNull())
    .$call(strict)
    .execute();
}
