import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** How long the latest requests of all members took: they predict when the next ones end. */
export async function createRenderTimesTable(
  schema: SchemaModule,
  { strict, whole, fraction, numbered }: ColumnTypes,
): Promise<void> {
  await schema
    .createTable('render_times')
    .addColumn('id', whole, numbered)
    .addColumn('render_rate', fraction, (column) => column.notNull())
    .addColumn('queue_seconds', fraction)
    .$call(strict)
    .execute();
}
