import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = join(ROOT, 'sandbox/page/client');
const OUT = join(ROOT, 'node_modules/.cache/timeless-page');
const STAMP = join(OUT, 'sources.sha256');

/** Builds the page if its sources or packages changed; resolves to the folder. @throws Error when it doesn't build */
export async function buildPage(): Promise<string> {
  const hash = hashSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return OUT;
  // Loaded on demand: the bundler takes as long to load as to build.
  const { build } = await import('vite');
  await build({
    root: CLIENT,
    configFile: false,
    logLevel: 'warn',
    // Inlined files would be data: addresses, which the page's policy refuses.
    build: {
      outDir: OUT,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'esnext',
    },
  });
  writeFileSync(STAMP, hash);
  return OUT;
}

function hashSources(): string {
  const sources = readdirSync(CLIENT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const hash = createHash('sha256');
  for (const path of [...sources, fileURLToPath(import.meta.url), join(ROOT, 'package-lock.json')]) {
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex');
}
