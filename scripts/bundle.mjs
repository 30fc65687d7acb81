import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles src/ into dist/: one large file starts in less time and memory than the hundreds of small ones behind it
 * (docs/performance.md). Nothing is minified, so that stack traces name functions; with `node --enable-source-maps` also the lines
 * of src/, for 13 MiB.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What runs as a process or thread of its own, or is imported by its path. */
const ENTRIES = [
  'main',
  'config',
  'data',
  'doctor',
  'manage-commands',
  'setup',
  'usage-chart/render-usage-chart',
  'usage-chart/worker',
];
/** Written as many small ES modules, of which only a part is used. */
const BUNDLED = ['kysely', 'p-limit', 'zod'];

const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ENTRIES.map((name) => `src/${name}.ts`),
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !BUNDLED.includes(name)),
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  write: false,
});
/**
 * V8 keeps a file with a single character beyond Latin-1 in two bytes a character. esbuild escapes those in strings; here the ones
 * in regular expressions and comments follow.
 */
const escapeWide = (text) =>
  text.replace(/[\u0100-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

// A bot may just be loading these: what has not changed stays untouched, files appear whole, and chunks before those that import them.
const isChunk = ({ path }) => basename(path).startsWith('chunk-');
for (const { path, text } of [...outputFiles].sort((a, b) => isChunk(b) - isChunk(a))) {
  const contents = path.endsWith('.js') ? escapeWide(text) : text;
  if (existsSync(path) && readFileSync(path, 'utf8') === contents) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
