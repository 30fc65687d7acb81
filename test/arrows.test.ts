import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['src', 'sandbox', 'test', 'bench', 'scripts'];

function cruise(cwd: string, outputType: 'err' | 'json') {
  const command = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = ['--config', '.dependency-cruiser.cjs', '--output-type', outputType];
  return spawnSync(process.execPath, [command, ...config, ...FOLDERS], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
}

function listSources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
}

it('reads every source file of the real tree, and not 0 of them', () => {
  // The shape that dependency-cruiser documents for its JSON output.
  const { modules } = JSON.parse(cruise(ROOT, 'json').stdout) as { modules: { source: string }[] };
  const seen = new Set(modules.map(({ source }) => source));
  const unread = FOLDERS.flatMap(listSources).filter((file) => !seen.has(file));
  expect(seen.size).toBeGreaterThan(0);
  expect(unread).toEqual([]);
}, 60_000);

/** Target files that the planted imports point at, one in each folder. */
const TARGETS = ['commands', 'delivery', 'jobs', 'monitoring', 'replies', 'segmind', 'settings', 'storage'];

/** The planted file, what it imports, and the rule that it breaks: none when the import is allowed. */
const PLANTED: [file: string, source: string, rule: string | undefined][] = [
  ['src/jobs/discord.ts', "import 'discord.js';", 'discord.js-only-where-it-belongs'],
  [
    'src/jobs/discord-type.ts',
    "import type { Client } from 'discord.js';\nexport type C = Client;",
    'discord.js-only-where-it-belongs',
  ],
  ['src/commands/undici.ts', "import 'undici';", 'undici-only-where-it-belongs'],
  ['src/segmind/bottleneck.ts', "import 'bottleneck';", 'bottleneck-only-where-it-belongs'],
  ['src/replies/sharp.ts', "import 'sharp';", 'sharp-only-where-it-belongs'],
  ['src/delivery/chart.ts', "import 'chart.js';", 'chart.js-only-where-it-belongs'],
  ['src/commands/canvas.ts', "import '@napi-rs/canvas';", 'chart.js-only-where-it-belongs'],
  ['src/usage-chart/settings.ts', "import '../settings/target.ts';", 'usage-chart-imports'],
  ['src/jobs/timers.ts', "import 'node:timers/promises';", 'timers-only-where-it-belongs'],
  ['src/segmind/jobs.ts', "import '../jobs/target.ts';", 'segmind-imports'],
  ['src/jobs/replies.ts', "import '../replies/target.ts';", 'jobs-imports'],
  ['src/commands/client.ts', "import '../segmind/target.ts';", 'commands-imports'],
  ['src/commands/delivery.ts', "import '../delivery/target.ts';", 'commands-imports'],
  ['src/commands/storage.ts', "import '../storage/target.ts';", 'commands-imports'],
  ['src/events/jobs.ts', "import '../jobs/target.ts';", 'events-imports'],
  ['src/storage/jobs.ts', "import '../jobs/target.ts';", 'storage-imports'],
  ['src/settings/replies.ts', "import '../replies/target.ts';", 'settings-imports'],
  ['src/delivery/jobs.ts', "import '../jobs/target.ts';", 'only-types-of-jobs'],
  ['src/mod-log/commands.ts', "import '../commands/target.ts';", 'mod-log-imports'],
  ['src/mod-log/jobs.ts', "import '../jobs/target.ts';", 'only-types-of-jobs'],
  ['src/replies/delivery.ts', "import '../delivery/target.ts';", 'replies-imports'],
  ['src/jobs/metrics.ts', "import 'prom-client';", 'prom-client-only-where-it-belongs'],
  ['src/jobs/monitoring.ts', "import '../monitoring/target.ts';", 'jobs-imports'],
  ['src/monitoring/delivery.ts', "import '../delivery/target.ts';", 'monitoring-imports'],
  ['src/doctor/jobs.ts', "import '../jobs/target.ts';", 'doctor-imports'],
  ['src/doctor.ts', "import './bot.ts';", 'doctor-entry-imports'],
  ['src/setup.ts', "import './bot.ts';", 'setup-entry-imports'],
  ['src/setup/jobs.ts', "import '../jobs/target.ts';", 'setup-imports'],
  ['src/doctor/prompts.ts', "import '@clack/prompts';", '@clack/prompts-only-where-it-belongs'],
  ['src/pretty.ts', "import 'pino-pretty';", 'pino-pretty-only-where-it-belongs'],
  ['test/doctor-import.ts', "import '../src/doctor.ts';", 'nobody-imports-main'],
  ['src/commands/bot.ts', "import '../bot.ts';", 'bot-imported-by-main-only'],
  ['sandbox/main-import.ts', "import '../src/main.ts';", 'nobody-imports-main'],
  ['src/jobs/sandbox.ts', "import '../../sandbox/target.ts';", 'src-stands-alone'],
  ['scripts/main-import.ts', "import '../src/main.ts';", 'nobody-imports-main'],
  ['src/jobs/development.ts', "import 'fast-check';", 'no-dev-dependencies-in-src'],
  ['src/commands/undeclared.ts', "import 'discord-api-types/v10';", 'no-undeclared-dependencies'],
  ['src/jobs/nowhere.ts', "import './does-not-exist.ts';", 'no-unresolvable'],
  ['src/storage/circle.ts', "import './circle.ts';", 'no-circles'],
  ['src/delivery/jobs-type.ts', "import type { Target } from '../jobs/target.ts';\nexport type T = Target;", undefined],
  [
    'src/commands/allowed.ts',
    "import 'discord.js';\nimport '../jobs/target.ts';\nimport '../settings/target.ts';",
    undefined,
  ],
  [
    'src/jobs/allowed.ts',
    "import 'p-limit';\nimport '../segmind/target.ts';\nimport '../storage/target.ts';",
    undefined,
  ],
  ['sandbox/allowed.ts', "import 'fast-check';\nimport '../src/jobs/target.ts';", undefined],
];

describe('a forbidden import', () => {
  let folder = '';
  let result: ReturnType<typeof cruise>;

  function plant(file: string, source: string): void {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${source}\n`);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'arrows-'));
    for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
      cpSync(join(ROOT, file), join(folder, file));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const name of FOLDERS) mkdirSync(join(folder, name));
    for (const name of TARGETS) plant(`src/${name}/target.ts`, 'export type Target = string;');
    for (const file of ['src/main.ts', 'src/bot.ts', 'sandbox/target.ts']) plant(file, 'export {};');
    for (const [file, source] of PLANTED) plant(file, source);
    result = cruise(folder, 'err');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('fails the check', () => {
    expect(result.status).toBeGreaterThan(0);
  });

  it.each(PLANTED)('%s is reported as it should', (file, _source, rule) => {
    const lines = result.stdout.split('\n').filter((line) => line.includes(`${file} `) || line.endsWith(file));
    if (rule === undefined) expect(lines).toEqual([]);
    else expect(lines).toContainEqual(expect.stringMatching(new RegExp(`error ${rule}:`)));
  });
});
