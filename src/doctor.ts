import { readSettings } from './config.ts';
import { examine } from './doctor/examine.ts';

/** Looks at settings, accounts and the machine, and says what is wrong: one line each. Exit code 1 when something has to be mended. */
const found = { ok: 0, warning: 0, problem: 0 };
for (const { name, finding } of examine(readSettings())) {
  const { level, text } = await finding;
  found[level] += 1;
  process.stdout.write(`${level.padEnd(8)} ${name.padEnd(12)} ${text}\n`);
}
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
process.stdout.write(`${count(found.problem, 'problem')}, ${count(found.warning, 'warning')}\n`);
process.exitCode = found.problem === 0 ? 0 : 1;
