import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FatalError } from '../../src/fatal.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { parseDatabaseUrl } from '../../src/storage/file.ts';
import type { SqliteDriver } from '../../src/storage/sqlite.ts';
import { DRIVERS, makeFolder, openForTest, startChild } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

/** The only line that the operator reads. */
async function refusalOf(path: string, driver: SqliteDriver): Promise<string> {
  const error = await openDatabase(`file:${path}`, { driver }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FatalError);
  const message = error instanceof Error ? error.message : '';
  expect(message).not.toContain('\n');
  return message;
}

/** Every file of a folder, except the lock file, with a digest of its bytes. */
function contentsOf(folder: string) {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.lock'))
    .map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]);
}

describe.each(DRIVERS)('over $name', (driver) => {
  /** A closed database of some hundred pages. */
  async function makeDatabase(): Promise<{ folder: string; path: string }> {
    const folder = makeFolder();
    const path = join(folder, 'timeless.db');
    const { write, close } = await openDatabase(`file:${path}`, { driver });
    await write(async (db) => {
      for (let index = 0; index < 300; index += 1)
        await db
          .insertInto('jobs')
          .values(jobRow(`job ${index}`, { details: JSON.stringify('x'.repeat(2_000)) }))
          .execute();
    });
    await close();
    return { folder, path };
  }

  it.each<[string, (path: string) => void, RegExp]>([
    [
      'random bytes',
      (path) => writeFileSync(path, randomBytes(50_000)),
      /is not a SQLite database; it was left as it is/,
    ],
    ['a short text', (path) => writeFileSync(path, 'hello'), /is not a SQLite database; it was left as it is/],
    [
      'a database whose header was overwritten',
      (path) => patch(path, 0, Buffer.from('SQLite format 4')),
      /is not a SQLite database/,
    ],
    [
      'a database cut in the middle',
      (path) => truncateSync(path, 200 * 1_024),
      /is damaged \(.*\); it was left as it is/,
    ],
    ['a database cut within the header', (path) => truncateSync(path, 60), /is damaged \(.*\); it was left as it is/],
    [
      'a database with a wrong page size',
      (path) => patch(path, 16, Buffer.from([0x12, 0x34])),
      /is damaged \(.*\); it was left/,
    ],
    [
      'a database with an overwritten schema',
      (path) => patch(path, 100, randomBytes(3_000)),
      /is damaged \(.*\); it was left/,
    ],
    [
      'a database with overwritten pages',
      (path) => patch(path, 100 * 1_024, Buffer.alloc(40_960, 0xa5)),
      /is damaged \(.*\); it was/,
    ],
  ])('refuses %s with one line, and does not change a byte', async (_, damage, expected) => {
    const { folder, path } = await makeDatabase();
    damage(path);
    const before = contentsOf(folder);
    const refusal = await refusalOf(path, driver);
    expect(refusal).toMatch(expected);
    expect(refusal).toContain(`The database ${path} `);
    expect(contentsOf(folder)).toEqual(before);
  });

  it('does not change a damaged database that a crash left in two files', async () => {
    const { path } = await makeDatabase();
    const { db } = await openForTest(`file:${path}`, { driver });
    await db.insertInto('jobs').values(jobRow('in the log only')).execute();
    const crashed = makeFolder();
    for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, join(crashed, `timeless.db${suffix}`));
    patch(join(crashed, 'timeless.db'), 100 * 1_024, Buffer.alloc(40_960, 0xa5));
    const before = contentsOf(crashed);
    expect(await refusalOf(join(crashed, 'timeless.db'), driver)).toMatch(/is damaged/);
    expect(contentsOf(crashed)).toEqual(before);
  });

  it('treats an empty file as a new database', async () => {
    const path = join(makeFolder(), 'timeless.db');
    writeFileSync(path, '');
    const { db } = await openForTest(`file:${path}`, { driver });
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  });

  it("refuses another program's database, unchanged", async () => {
    const folder = makeFolder();
    const path = join(folder, 'other.db');
    const connection = driver.open(path, { busyTimeoutMs: 0 });
    connection.execute('create table recipes (id integer primary key)');
    connection.close();
    const before = contentsOf(folder);
    expect(await refusalOf(path, driver)).toBe(
      `The database ${path} belongs to another program: point DATABASE_URL at a file of its own.`,
    );
    expect(contentsOf(folder)).toEqual(before);
  });

  it('refuses a path that is not a file, or below a file', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'a-folder'));
    writeFileSync(join(folder, 'a-file'), '');
    expect(await refusalOf(join(folder, 'a-folder'), driver)).toBe(
      `The database ${folder}/a-folder is not a file: point DATABASE_URL at a file.`,
    );
    const below = await refusalOf(join(folder, 'a-file/timeless.db'), driver);
    expect(below).toMatch(
      /^The folder .*a-file of the database can't be made \(a file is where a folder should be\): /,
    );
    const deeper = await refusalOf(join(folder, 'a-file/data/timeless.db'), driver);
    expect(deeper).toMatch(/^The folder .*data of the database can't be made \(a file is where a folder should be\): /);
    symlinkSync(join(folder, 'circle'), join(folder, 'circle'));
    expect(await refusalOf(join(folder, 'circle'), driver)).toMatch(/can't be found \(the links are circular\): /);
    expect(readdirSync(folder).sort()).toEqual(['a-file', 'a-folder', 'circle']);
  });

  it.each([
    ['an unwritable folder', 0o555, 0o666, /^FatalError: The folder .* can't be written \(permission denied\): /],
    [
      'an unwritable file',
      0o777,
      0o444,
      /^FatalError: The database file .*timeless\.db can't be written \(permission denied\): /,
    ],
  ])('refuses %s with one line', async (_, folderMode, fileMode, expected) => {
    const folder = makeFolder();
    const path = join(folder, 'timeless.db');
    writeFileSync(path, '', { mode: fileMode });
    chmodSync(path, fileMode);
    chmodSync(folder, folderMode);
    const child = startChild(['open without rights', `file:${path}`, driver.name]);
    expect(await child.nextLine()).toMatch(expected);
    expect(await child.ended).toBe(1);
    chmodSync(folder, 0o777);
    expect(readdirSync(folder)).toEqual(['timeless.db']);
  });

  it('refuses a new folder where none can be made', async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o555);
    const child = startChild(['open without rights', `file:${join(folder, 'data/timeless.db')}`, driver.name]);
    expect(await child.nextLine()).toMatch(
      /^FatalError: The folder .*data of the database can't be made \(permission denied\): /,
    );
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('refuses a lock file that is something else', async () => {
    const path = join(makeFolder(), 'timeless.db');
    writeFileSync(`${path}.lock`, 'a text '.repeat(1_000));
    expect(await refusalOf(path, driver)).toMatch(
      /^The lock file .*\.lock can't be used \(file is not a database .*\): move it away\.$/,
    );
    expect(existsSync(path)).toBe(false);
  });
});

it('understands file: URLs, and quotes no other, which may contain a password', () => {
  expect(parseDatabaseUrl('file:./data/timeless.db')).toBe(join(process.cwd(), 'data/timeless.db'));
  expect(parseDatabaseUrl('file:data/a b.db')).toBe(join(process.cwd(), 'data/a b.db'));
  expect(parseDatabaseUrl('file:/var/lib/timeless.db')).toBe('/var/lib/timeless.db');
  expect(parseDatabaseUrl('file:///var/lib/a b.db')).toBe('/var/lib/a b.db');
  for (const url of [
    'postgres://bot:secret@db/timeless',
    'data/timeless.db',
    'file:',
    'file://elsewhere/timeless.db',
    '',
  ])
    expect(() => parseDatabaseUrl(url)).toThrow(
      new FatalError(
        'DATABASE_URL must be file: and the path of a SQLite file, such as file:./data/timeless.db, or a postgres:// URL.',
      ),
    );
});

/** Overwrites bytes of a file at `offset`. */
function patch(path: string, offset: number, bytes: Buffer) {
  const content = readFileSync(path);
  bytes.copy(content, offset);
  writeFileSync(path, content);
}
