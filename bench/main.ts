import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Part } from './part.ts';
import { PARTS } from './parts/index.ts';
import { formatTable } from './table.ts';

function choose(names: readonly string[]): readonly Part[] {
  if (names.length === 0) return PARTS;
  return names.map((name) => {
    const part = PARTS.find((candidate) => candidate.name === name);
    if (!part) throw new Error(`There is no part ${name}: use ${PARTS.map((each) => each.name).join(', ')}.`);
    return part;
  });
}

/** What the figures depend on. */
function describeMachine(): string {
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  return `Node ${process.version} on ${process.platform}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load}, ${new Date().toISOString().slice(0, 16)} UTC`;
}

try {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, plots: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  for (const part of choose(positionals)) {
    console.log(`\n${part.name}: ${part.about}\n${describeMachine()}`);
    const tables = await part.run({ isQuick: values.quick, savesPlots: values.plots });
    for (const table of tables) console.log(`\n${formatTable(table)}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
