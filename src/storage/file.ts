import { access, constants, lstat, mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FatalError } from '../fatal.ts';
import { codeOf, fileReasonOf } from '../system-errors.ts';

/**
 * The absolute path of a `file:` URL, not decoded; a relative one starts at the working folder.
 * @throws FatalError for other URLs, without quoting them: they may contain a password
 */
export function parseDatabaseUrl(url: string): string {
  const [, path] = /^file:((?!\/\/[^/]).+)$/.exec(url) ?? [];
  if (path) return resolve(path);
  throw new FatalError(
    'DATABASE_URL must be file: and the path of a SQLite file, such as file:./data/timeless.db, or a postgres:// URL.',
  );
}

/**
 * Makes the folder of a database file, readable only by this user: interaction tokens and prompts are stored there.
 * @returns the real path, with links resolved
 * @throws FatalError when the file can't be written, or is no file
 */
export async function prepareFile(path: string): Promise<string> {
  await explained(`The folder ${dirname(path)} of the database can't be made`, () =>
    mkdir(dirname(path), { recursive: true, mode: 0o700 }),
  );
  const real = await explained(`The database ${path} can't be found`, () => findRealPath(path));
  const folder = dirname(real);
  await explained(`The folder ${folder} of the database can't be written`, () =>
    access(folder, constants.R_OK | constants.W_OK | constants.X_OK),
  );
  // SQLite's other files have to be writable as well: after one start as root, they belong to root.
  for (const file of [real, `${real}-wal`, `${real}-shm`, `${real}.lock`]) {
    const facts = await explained(`The database file ${file} can't be read`, () => statIfThere(file));
    if (!facts) continue;
    if (!facts.isFile()) throw new FatalError(`The database ${file} is not a file: point DATABASE_URL at a file.`);
    await explained(`The database file ${file} can't be written`, () => access(file, constants.R_OK | constants.W_OK));
  }
  return real;
}

/** As `realpath`, also for a file that isn't there yet. */
async function findRealPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false;
  if (isLink) return findRealPath(resolve(await realpath(dirname(path)), await readlink(path)));
  return join(await realpath(dirname(path)), basename(path));
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function explained<T>(problem: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = fileReasonOf(error);
    if (!reason) throw error;
    throw new FatalError(
      `${problem} (${reason}): make it readable and writable for this user, or point DATABASE_URL elsewhere.`,
      { cause: error },
    );
  }
}
