import type { Select } from '../discord/index.ts';
import { type Directory, namesToKnownIds } from './directory.ts';

/** The kinds of selects whose values are ids, with the type of option that offers the same. */
const ID_SELECTS: ReadonlyMap<number, number> = new Map([
  [5, 6],
  [6, 8],
  [7, 9],
  [8, 7],
]);

/** The values of a select for labels or names, with commas between them; undefined when it doesn't offer all of them. */
export function chosenValues(select: Select, typed: string, directory: Directory): string[] | undefined {
  // A label may have a comma of its own.
  const whole = findValue(select, typed, directory);
  if (whole !== undefined) return [whole];
  const values = typed.split(',').map((name) => findValue(select, name.trim(), directory));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function findValue({ type, options, channel_types }: Select, typed: string, directory: Directory): string | undefined {
  if (options) return options.find(({ label }) => label.toLowerCase() === typed.toLowerCase())?.value;
  const optionType = ID_SELECTS.get(type);
  if (optionType === undefined) return undefined;
  const definition = { type: optionType, name: 'it', ...(channel_types ? { channel_types } : {}) };
  const id = namesToKnownIds({ it: typed }, [definition], directory)['it'];
  return id !== undefined && /^\d{17,19}$/.test(id) ? id : undefined;
}
