import * as z from 'zod';

/** The change of one setting: added and removed items for a list, otherwise both values; an absent value was not set. */
export const changeSchema = z.union([
  z.object({ setting: z.string(), added: z.array(z.unknown()), removed: z.array(z.unknown()) }),
  z.object({ setting: z.string(), from: z.unknown().optional(), to: z.unknown().optional() }),
]);

export type Change = z.output<typeof changeSchema>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The differences between two plain values, each under its path, such as `limits.everyone.maxSteps`. */
export function findChanges(before: unknown, after: unknown, setting = ''): Change[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => findChanges(before[key], after[key], setting === '' ? key : `${setting}.${key}`));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after))
    return [{ setting, added: subtract(after, before), removed: subtract(before, after) }];
  return [
    { setting, ...(before === undefined ? {} : { from: before }), ...(after === undefined ? {} : { to: after }) },
  ];
}

function subtract(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const known = new Set(other.map((item) => JSON.stringify(item)));
  return list.filter((item) => !known.has(JSON.stringify(item)));
}
