import { closeSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file that only its owner can read, completely or not at all. Follows links.
 * @param mayReplace whether it may replace an existing file
 * @throws system errors; EEXIST when the file exists and must stay
 */
export function writePrivateFile(path: string, text: string, { mayReplace }: { mayReplace: boolean }): void {
  if (!mayReplace) {
    createFile(path, text);
    return;
  }
  const target = realPathOf(path);
  const draft = `${target}.${process.pid}.tmp`;
  createFile(draft, text);
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function createFile(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text, { flush: true });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
