import type { SchemaModule } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

/** Where commands of ours were registered for one server alone. */
export async function createCommandGuildsTable(schema: SchemaModule, types: ColumnTypes): Promise<void> {
  const { strict, text } = types;
  await schema
    .createTable('command_guilds')
    .addColumn('application_id', text, (column) => column.notNull())
    .addColumn('guild_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('command_guilds_key', ['application_id', 'guild_id'])
    .$call(strict)
    .execute();
}
