import { cut, isBlank, plain } from '../../replies/escape.ts';

/** Discord shows no more. */
export const MAX_CHOICES = 25;
const MAX_NAME_LENGTH = 100;

interface Choice {
  readonly name: string;
  readonly value: string;
}

/** Those of a list in whose name or value stands what was typed so far: the first 25, as Discord takes them. */
export function choicesFrom(list: readonly Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLowerCase();
  return list
    .filter(({ name, value }) => name.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted))
    .slice(0, MAX_CHOICES)
    .map(({ name, value }) => ({ name: cut(isBlank(name) ? value : plain(name), MAX_NAME_LENGTH), value }));
}
