export type StorableValue = string | number | null;

/**
 * Accepts the same values for every driver. One driver stores a Date or undefined as NULL, another refuses it; some Node versions
 * truncate text at a NUL character when reading, and Postgres refuses it.
 * @throws TypeError for anything except text, finite numbers up to 2^53 and null
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
