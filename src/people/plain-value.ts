/**
 * A stored value as people read it: times such as `submittedAtMs` become `submittedAt` in ISO 8601.
 * JSON that can't be read stays text: it is the person's all the same.
 */
function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, its]) =>
      key.endsWith('Ms') && typeof its === 'number' ? [key.slice(0, -2), isoTime(its)] : [key, plainValue(its)],
    ),
  );
}

/** @param json undefined or null where there is none */
export function plainJson(json: string | null): unknown {
  if (json === null) return null;
  try {
    return plainValue(JSON.parse(json));
  } catch {
    return json;
  }
}

export function isoTime(epochMs: number): string;
export function isoTime(epochMs: number | null): string | null;
export function isoTime(epochMs: number | null): string | null {
  if (epochMs === null) return null;
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}
