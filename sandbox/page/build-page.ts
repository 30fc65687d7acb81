import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = join(ROOT, 'sandbox/page/client');
const CACHE = join(ROOT, 'node_modules/.cache');
/** npm's list of what is installed. */
const INSTALLED = join(ROOT, 'node_modules/.package-lock.json');
const PREFIX = 'timeless-page-';
/** Builds of other sources are kept this long, since another sandbox may still serve them. */
const KEEP_MS = 24 * 60 * 60_000;

/** Builds the page unless these very sources and packages were built before; resolves to the folder. @throws Error when it doesn't build */
export async function buildPage(): Promise<string> {
  const folder = join(CACHE, PREFIX + hashSources());
  if (existsSync(folder)) return folder;
  console.error('Building the page...');
  // Loaded on demand: the bundler takes as long to load as to build.
  const { build } = await import('vite');
  // Another process may build the same at this moment: each has its own folder, and the first to be done provides the result.
  mkdirSync(CACHE, { recursive: true });
  const outDir = mkdtempSync(join(CACHE, PREFIX));
  await build({
    root: CLIENT,
    configFile: false,
    logLevel: 'warn',
    // Inlined files would be data: addresses, which the page's policy refuses.
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'esnext' },
  });
  try {
    renameSync(outDir, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(outDir, { recursive: true });
  }
  removeOld(folder);
  return folder;
}

function hashSources(): string {
  const sources = readdirSync(CLIENT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const hash = createHash('sha256');
  for (const path of [...sources, fileURLToPath(import.meta.url), INSTALLED]) {
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(current: string): void {
  for (const name of readdirSync(CACHE).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(CACHE, name);
    const isOld = Date.now() - statSync(folder).mtimeMs > KEEP_MS;
    if (isOld && folder !== current) rmSync(folder, { recursive: true, force: true });
  }
}
