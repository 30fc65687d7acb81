import { existsSync, mkdirSync } from 'node:fs';
import { basename, join, parse } from 'node:path';

/** Creates the folder if needed and returns an unused path in it: `name.png`, else `name-2.png` and so on. */
export function freePath(folder: string, filename: string): string {
  mkdirSync(folder, { recursive: true });
  const { name, ext } = parse(filename);
  let path = join(folder, basename(filename));
  for (let count = 2; existsSync(path); count += 1) path = join(folder, `${name}-${count}${ext}`);
  return path;
}
