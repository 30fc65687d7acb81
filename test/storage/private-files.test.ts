import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../src/log.ts';
import { makeFilesPrivate } from '../../src/storage/private-files.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'timeless-private-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

const modeOf = (name: string) => (statSync(join(root, name)).mode & 0o7777).toString(8);

/** Makes a file, with its folders, that everyone may read. */
function put(name: string, mode = 0o644): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

const makePrivate = (name = 'data/timeless.db') => makeFilesPrivate(`file:${join(root, name)}`);

describe('makeFilesPrivate', () => {
  it('removes the rights of others to the database, SQLite’s other files, images and backups', async () => {
    const files = ['', '-wal', '-shm', '-journal', '.lock', '.bak'].map((end) => `data/timeless.db${end}`);
    for (const file of [...files, 'data/images/a-1.png', 'data/backup.gz']) put(file, 0o666);
    put('data/timeless.db', 0o777);
    put('data/backup.sh', 0o755);
    await makePrivate();
    for (const file of [...files, 'data/images/a-1.png', 'data/backup.gz']) expect(modeOf(file), file).toBe('600');
    for (const name of ['data', 'data/images', 'data/backup.sh']) expect(modeOf(name), name).toBe('700');
  });

  it('grants no rights, and keeps the setgid bit', async () => {
    put('data/timeless.db', 0o444);
    chmodSync(join(root, 'data'), 0o2775);
    await makePrivate();
    expect(modeOf('data/timeless.db')).toBe('400');
    expect(modeOf('data')).toBe('2700');
  });

  it('logs what it has changed, once', async () => {
    const path = put('data/timeless.db');
    const lines: string[] = [];
    const write = (line: string) => {
      lines.push(line);
    };
    const log = createLog({ level: 'info', logPrompts: false }, { write });
    for (const _ of [1, 2]) await makeFilesPrivate(`file:${path}`, log);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'data files made private', paths: [join(root, 'data'), path] },
    ]);
  });

  it('does not change the files and folders of other programs', async () => {
    for (const file of ['shared/timeless.db', 'shared/page.html', 'shared/other/page.html', 'shared/images/a-1.png']) {
      put(file);
    }
    await makePrivate('shared/timeless.db');
    expect(['timeless.db', 'images', 'images/a-1.png'].map((name) => modeOf(`shared/${name}`))).toEqual([
      '600',
      '700',
      '600',
    ]);
    expect(['shared', 'shared/page.html', 'shared/other', 'shared/other/page.html'].map(modeOf)).toEqual([
      '755',
      '644',
      '755',
      '644',
    ]);
  });

  it('does not change a folder for everyone, such as /tmp', async () => {
    put('tmp/timeless.db');
    put('tmp/other');
    chmodSync(join(root, 'tmp'), 0o1777);
    await makePrivate('tmp/timeless.db');
    expect(['tmp', 'tmp/other', 'tmp/timeless.db'].map(modeOf)).toEqual(['1777', '644', '600']);
  });

  it('follows a link to the database, and no other links', async () => {
    put('disk/timeless.db');
    put('elsewhere');
    put('data/images/a-1.png');
    symlinkSync(join(root, 'disk/timeless.db'), join(root, 'data/timeless.db'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'data/images/b-1.png'));
    await makePrivate();
    expect(['disk/timeless.db', 'data/images/a-1.png', 'elsewhere'].map(modeOf)).toEqual(['600', '600', '644']);
  });

  it('does nothing while there are no files', async () => {
    await makePrivate();
    await makeFilesPrivate('postgres://127.0.0.1:4/timeless');
  });
});
