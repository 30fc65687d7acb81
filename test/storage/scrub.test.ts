import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatabaseBusy } from '../../src/storage/errors.ts';
import { createRandom } from '../support/random.ts';
import { DRIVERS, makeFolder, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

/** All bytes of a database's files. */
function bytesOf(path: string): string {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'latin1')).join('');
}

describe.each(DRIVERS)('scrub over $name', (driver) => {
  const open = async () => {
    const path = join(makeFolder(), 'timeless.db');
    return { path, database: await openForTest(`file:${path}`, { driver }) };
  };

  it('leaves not a byte of deleted rows and removed tokens, wherever SQLite has moved them meanwhile', async () => {
    const { path, database } = await open();
    const random = createRandom(7);
    const alive = new Set<string>();
    const dead: string[] = [];
    await database.write(async (db) => {
      for (let step = 0; step < 2_000; step += 1) {
        const luck = alive.size < 3 ? 0 : random.between(0, 99);
        const id = alive.size < 3 ? '' : random.pick([...alive]);
        if (luck < 50) {
          const parameters = JSON.stringify({ prompt: `prompt-${step};${'p'.repeat(random.between(0, 1_200))}` });
          await db
            .insertInto('jobs')
            .values(jobRow(`id-${step}`, { parameters, interaction_token: `token-${step};` }))
            .execute();
          alive.add(`id-${step}`);
        } else if (luck < 65) {
          await db
            .updateTable('jobs')
            .set({ details: 'd'.repeat(random.between(0, 900)) })
            .where('id', '=', id)
            .execute();
        } else if (luck < 85) {
          await db.updateTable('jobs').set({ interaction_token: null, ended_at: step }).where('id', '=', id).execute();
          dead.push(id.replace('id', 'token'));
        } else {
          await db.deleteFrom('jobs').where('id', '=', id).execute();
          alive.delete(id);
          dead.push(id.replace('id', 'token'), id.replace('id', 'prompt'));
        }
      }
    });
    await database.scrub();
    const bytes = bytesOf(path);
    expect(dead.length).toBeGreaterThan(500);
    expect(dead.filter((secret) => bytes.includes(`${secret};`))).toEqual([]);
    expect(statSync(`${path}-wal`).size).toBe(0);
    const rows = await database.db.selectFrom('jobs').select('id').execute();
    expect(rows).toHaveLength(alive.size);
  });

  it('says that it could not when somebody reads for too long, and can later', { tags: 'slow' }, async () => {
    const { path, database } = await open();
    await database.db.insertInto('jobs').values(jobRow('rose')).execute();
    const reader = driver.open(path, { busyTimeoutMs: 0, isReadOnly: true });
    reader.execute('begin');
    reader.execute('select * from jobs');
    await database.db.deleteFrom('jobs').execute();
    await expect(database.scrub()).rejects.toThrow(DatabaseBusy);
    reader.execute('rollback');
    reader.close();
    await database.scrub();
    expect(bytesOf(path)).not.toContain('a red rose');
  });
});
