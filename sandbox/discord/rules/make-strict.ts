import * as z from 'zod/mini';

/** Keys to add or replace in an object schema, wherever it occurs. */
export interface Correction {
  schema: z.core.$ZodObject;
  keys: Record<string, z.core.$ZodType>;
}

function withParts(schema: z.core.$ZodType, parts: object): z.core.$ZodType {
  return z.clone(schema, { ...schema._zod.def, ...parts });
}

/**
 * Returns a function that copies a schema, applies the corrections, and makes every object in it refuse unknown keys.
 * The package's own `setStrictObject` affects only schemas that are created after its call, but all are created on import.
 */
export function makeStrict(corrections: readonly Correction[]): <T extends z.core.$ZodType>(schema: T) => T {
  const corrected = new Map<z.core.$ZodType, Record<string, z.core.$ZodType>>(
    corrections.map(({ schema, keys }) => [schema, keys]),
  );
  const copies = new Map<z.core.$ZodType, z.core.$ZodType>();

  function copy(schema: z.core.$ZodType): z.core.$ZodType {
    const known = copies.get(schema);
    if (known) return known;
    const made = build(schema);
    copies.set(schema, made);
    return made;
  }

  function build(schema: z.core.$ZodType): z.core.$ZodType {
    // Safe cast: $ZodTypes is the union of all schema classes of zod, discriminated by `def.type`.
    const def = (schema as z.core.$ZodTypes)._zod.def;
    switch (def.type) {
      case 'object': {
        const shape = Object.entries({ ...def.shape, ...corrected.get(schema) }).map(([key, value]) => [
          key,
          copy(value),
        ]);
        return withParts(schema, { shape: Object.fromEntries(shape), catchall: z.never() });
      }
      case 'array':
        return withParts(schema, { element: copy(def.element) });
      case 'union':
        return withParts(schema, { options: def.options.map(copy) });
      case 'record':
        return withParts(schema, { valueType: copy(def.valueType) });
      case 'nullable':
      case 'optional':
        return withParts(schema, { innerType: copy(def.innerType) });
      case 'lazy':
        return z.lazy(() => copy(def.getter()));
      default:
        return schema;
    }
  }

  // Safe cast: `copy` returns the class that it was given, since each branch clones and a lazy schema stays lazy.
  return <T extends z.core.$ZodType>(schema: T) => copy(schema) as T;
}
