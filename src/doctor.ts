import { styleText } from 'node:util';
import { readSettings } from './config.ts';
import { examine } from './doctor/examine.ts';

const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red', skipped: 'dim' } as const;

/** Checks settings, accounts and the machine, and prints one line for each. Exit code 1 if something has to be fixed. */
const found = { ok: 0, warning: 0, problem: 0, skipped: 0 };
for (const { name, finding } of examine(readSettings())) {
  const { level, text } = await finding;
  found[level] += 1;
  process.stdout.write(`${styleText(COLOURS[level], level.padEnd(8))} ${name.padEnd(12)} ${text}\n`);
}
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
const rest = found.skipped > 0 ? `, ${found.skipped} skipped` : '';
process.stdout.write(`${count(found.problem, 'problem')}, ${count(found.warning, 'warning')}${rest}\n`);
process.exitCode = found.problem === 0 ? 0 : 1;
