export type StorableValue = string | number | null;

/**
 * The same values for every driver. Left to themselves they differ: a Date is stored as NULL by the one and refused by the other,
 * so is undefined, and some Node versions cut text at a NUL character when they read it, which Postgres doesn't take at all.
 * @throws TypeError for anything else than text, finite numbers up to 2^53 and null
 */
export function toStorableValues(parameters: readonly unknown[]): StorableValue[] {
  return parameters.map((value, index) => {
    if (value === null) return null;
    if (typeof value === 'string' && !value.includes('\0')) return value;
    if (typeof value === 'number' && Number.isFinite(value) && !isUnsafeInteger(value)) return value;
    const problem = typeof value === 'string' ? 'text with a NUL character' : describe(value);
    throw new TypeError(
      `Parameter ${index + 1} of a statement is ${problem}; text, safe numbers and null can be stored.`,
    );
  });
}

function isUnsafeInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function describe(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' && value !== null
    ? `an object (${value.constructor?.name})`
    : `of type ${typeof value}`;
}
