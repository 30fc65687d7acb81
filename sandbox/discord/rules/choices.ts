import type { Choice } from './shapes.ts';

/** Says what Discord would refuse in the choices of an option or of an autocomplete answer, beyond their schema. */
export function checkChoices(choices: readonly Choice[], path: string): string[] {
  const names = new Set(choices.map(({ name }) => name));
  return names.size < choices.length ? [`${path}: two choices have the same name`] : [];
}
