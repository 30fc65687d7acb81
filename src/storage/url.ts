import { dirname, resolve } from 'node:path';
import { parseDatabaseUrl } from './file.ts';

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

/** The name of the folder for images, in the data folder. */
export const IMAGES_FOLDER = 'images';

/** The folder for the bot's files: that of the SQLite file, or `data` in the working folder with Postgres. */
export function findDataFolder(url: string): string {
  return isPostgresUrl(url) ? resolve('data') : dirname(parseDatabaseUrl(url));
}
