import { existsSync, mkdirSync } from 'node:fs';
import { basename, join, parse } from 'node:path';

/** Makes the folder, if need be, and gives a path in it that no file has: `name.png`, else `name-2.png` and so on. */
export function freePath(folder: string, filename: string): string {
  mkdirSync(folder, { recursive: true });
  const { name, ext } = parse(filename);
  let path = join(folder, basename(filename));
  for (let count = 2; existsSync(path); count += 1) path = join(folder, `${name}-${count}${ext}`);
  return path;
}
