import type { TypedOption } from '../../session/command-path.ts';

/** An option's description and limits, in one line. */
export function describeOption(option: TypedOption): string {
  const { name, description = '', required, min_value, max_value, min_length, max_length } = option;
  const limits = [
    required ? 'required' : '',
    range(min_value, max_value),
    min_length === undefined && max_length === undefined ? '' : `${range(min_length, max_length)} characters`,
  ];
  const shown = limits.filter((limit) => limit !== '').join(', ');
  return `${name}: ${description}${shown === '' ? '' : ` (${shown})`}`;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined) return most === undefined ? '' : `up to ${most}`;
  return most === undefined ? `from ${least}` : `${least} to ${most}`;
}
