import type { Choice } from './shapes.ts';

const TYPE = { integer: 4, number: 10 } as const;

/** Lists the choices with a wrong type: text for a number option, fractions for an integer option. */
export function checkChoiceValues(choices: readonly Choice[], optionType: number, path: string): string[] {
  const isNumeric = optionType === TYPE.integer || optionType === TYPE.number;
  return choices.flatMap(({ value }, index) => {
    const fits = (typeof value === 'number') === isNumeric;
    const isWhole = optionType !== TYPE.integer || Number.isInteger(value);
    return fits && isWhole
      ? []
      : [`${path}[${index}].value: ${typeof value} ${value}, for an option of type ${optionType}`];
  });
}

/** Lists what Discord would refuse in the choices of an option or an autocomplete answer, beyond their schema. */
export function checkChoices(choices: readonly Choice[], path: string): string[] {
  const names = new Set(choices.map(({ name }) => name));
  return names.size < choices.length ? [`${path}: two choices have the same name`] : [];
}
