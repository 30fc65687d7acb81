import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** Which button of which job started a job. */
export async function addOrigin(schema: SchemaModule, { text }: ColumnTypes): Promise<void> {
  await schema.alterTable('jobs').addColumn('origin', text).execute();
}
