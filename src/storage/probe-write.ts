import type { Database } from './database.ts';

/** Writes something that changes nothing. @throws what a write can fail with, which is all that this is for */
export async function probeWrite({ relaxed }: Pick<Database, 'relaxed'>): Promise<void> {
  await relaxed
    .updateTable('schema_version')
    .set(({ ref }) => ({ migrated_at: ref('migrated_at') }))
    .execute();
}
