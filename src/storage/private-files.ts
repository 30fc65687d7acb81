import type { Dirent } from 'node:fs';
import { chmod, lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Log } from '../log.ts';
import { codeOf, fileReasonOf } from '../system-errors.ts';
import { parseDatabaseUrl } from './file.ts';
import { findDataFolder, IMAGES_FOLDER, isPostgresUrl } from './url.ts';

const ALL_FOR_OWNER = 0o700;
const READ_WRITE_FOR_OWNER = 0o600;

/**
 * Removes all rights of other users to the files of a database, which contain prompts and interaction tokens. New files are private
 * anyway; others may come from a backup or a copy. Grants no rights to the owner.
 */
export async function makeFilesPrivate(url: string, log?: Log): Promise<void> {
  // Windows has no such modes.
  if (!process.getuid) return;
  const dataFolder = await realPathOf(findDataFolder(url));
  const database = isPostgresUrl(url) ? undefined : await realPathOf(parseDatabaseUrl(url));
  const folders = new Set([dataFolder, ...(database === undefined ? [] : [dirname(database)])]);
  const changed: string[] = [];
  const restrict = async (path: string, mode: number) => {
    try {
      if (await removeRights(path, mode)) changed.push(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      log?.warn({ path, reason: fileReasonOf(error) ?? String(error) }, 'data file open to other users');
    }
  };
  for (const folder of folders) {
    const entries = await listFolder(folder);
    const isOurs = await belongsToBot(folder, entries);
    if (isOurs) await restrict(folder, ALL_FOR_OWNER);
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(folder, entry.name);
      if (database !== undefined && path.startsWith(database)) await restrict(path, READ_WRITE_FOR_OWNER);
      else if (isOurs) await restrict(path, ALL_FOR_OWNER);
    }
  }
  const images = join(dataFolder, IMAGES_FOLDER);
  await restrict(images, ALL_FOR_OWNER);
  for (const entry of await listFolder(images)) {
    if (entry.isFile()) await restrict(join(images, entry.name), READ_WRITE_FOR_OWNER);
  }
  if (changed.length > 0) log?.info({ paths: changed }, 'data files made private');
}

/** Removes the rights that `mode` doesn't have, unless it is a link. @returns whether any were removed */
async function removeRights(path: string, mode: number): Promise<boolean> {
  const facts = await lstat(path);
  const rights = facts.mode & 0o777;
  if (facts.isSymbolicLink() || (rights & ~mode) === 0) return false;
  await chmod(path, facts.mode & (0o7000 | mode));
  return true;
}

/** Whether a folder is the bot's alone: a database may also be beside the files of other programs. */
async function belongsToBot(folder: string, entries: readonly Dirent[]): Promise<boolean> {
  const facts = await lstat(folder).catch(() => undefined);
  if (!facts || facts.uid !== process.getuid?.()) return false;
  if (folder === (await realPathOf(resolve('data')))) return true;
  const isShared = (facts.mode & 0o1000) !== 0;
  return !isShared && entries.every((entry) => entry.isFile() || (entry.isDirectory() && entry.name === IMAGES_FOLDER));
}

/** As `realpath`; a path that doesn't exist, or can't be read, is returned unchanged. */
function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function listFolder(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => []);
}
