import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** What members do with their images later: look at them, star, share and delete them. */
export async function addImageColumns(schema: SchemaModule, { text, whole }: ColumnTypes): Promise<void> {
  await schema.alterTable('jobs').addColumn('thumbnail_url', text).execute();
  for (const time of ['starred_at', 'shared_at', 'deleted_at'])
    await schema.alterTable('jobs').addColumn(time, whole).execute();
  await schema
    .createIndex('jobs_shared_at')
    .on('jobs')
    .column('shared_at')
    .where('shared_at', 'is not', null)
    .execute();
}
