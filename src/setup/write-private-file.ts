import { realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file that only its owner can read, completely or not at all. Follows links. @throws system errors */
export function writePrivateFile(path: string, text: string): void {
  const target = realPathOf(path);
  const draft = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
