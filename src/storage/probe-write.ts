import type { Database } from './database.ts';

/** Tests whether the database can be written, by a write that changes nothing. @throws if it can't */
export async function probeWrite({ relaxed }: Pick<Database, 'relaxed'>): Promise<void> {
  await relaxed
    .updateTable('schema_version')
    .set(({ ref }) => ({ migrated_at: ref('migrated_at') }))
    .execute();
}
