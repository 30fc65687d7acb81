import * as z from 'zod';

interface Facts {
  /** Its name in Discord's picker. */
  readonly option: string;
  /** Its name in the body of a request. */
  readonly segmindKey: string;
}

interface TextFacts extends Facts {
  /** Characters. */
  readonly minLength: number;
  readonly maxLength: number;
}

interface NumberFacts extends Facts {
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** Default: every value in the range is allowed. */
  readonly multipleOf?: number;
}

interface ChoiceFacts extends Facts {
  readonly choices: readonly string[];
  readonly default: string;
}

/** A parameter of any kind; its schema fills in the default. */
export type Parameter =
  | (TextFacts & { readonly kind: 'text'; readonly schema: z.ZodType })
  | (NumberFacts & { readonly kind: 'integer' | 'number'; readonly schema: z.ZodType })
  | (ChoiceFacts & { readonly kind: 'choice'; readonly schema: z.ZodType });

export function text<const F extends TextFacts>(facts: F) {
  const schema = z.string().min(facts.minLength).max(facts.maxLength);
  return { ...facts, kind: 'text' as const, schema };
}

export function optionalText<const F extends Omit<TextFacts, 'minLength'>>(facts: F) {
  const { schema, ...others } = text({ ...facts, minLength: 0 });
  return { ...others, schema: schema.exactOptional() };
}

export function integer<const F extends NumberFacts>(facts: F) {
  const schema = z
    .int()
    .min(facts.min)
    .max(facts.max)
    .multipleOf(facts.multipleOf ?? 1);
  return { ...facts, kind: 'integer' as const, schema: schema.default(facts.default) };
}

export function number<const F extends NumberFacts>(facts: F) {
  const schema = z.number().min(facts.min).max(facts.max);
  return { ...facts, kind: 'number' as const, schema: schema.default(facts.default) };
}

export function choice<const Choice extends string, const F extends Facts>(
  facts: F & { readonly choices: readonly Choice[]; readonly default: Choice },
) {
  // Safe cast: the default is one of the choices, which zod's type for it does not see through the type parameter.
  return { ...facts, kind: 'choice' as const, schema: z.enum(facts.choices).default(facts.default as never) };
}
