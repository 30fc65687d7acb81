import { measureCommands } from './commands.ts';
import { measureFilter } from './filter.ts';

/** The parts by the names after `npm run bench --`; without a name, all of them run. */
const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  commands: measureCommands,
  filter: measureFilter,
};

const names = process.argv.slice(2);
try {
  for (const name of names.length === 0 ? Object.keys(PARTS) : names) {
    const part = PARTS[name];
    if (!part) throw new Error(`There is no part ${name}: use ${Object.keys(PARTS).join(' or ')}.`);
    await part();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
