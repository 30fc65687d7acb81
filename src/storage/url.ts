import { dirname, resolve } from 'node:path';
import { parseDatabaseUrl } from './file.ts';

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

/** The folder of images, in the folder of a database. */
export const IMAGES_FOLDER = 'images';

/** The folder for files that belong to a database: its own, or `data` in the working folder when it is on a server. */
export function findDataFolder(url: string): string {
  return isPostgresUrl(url) ? resolve('data') : dirname(parseDatabaseUrl(url));
}
