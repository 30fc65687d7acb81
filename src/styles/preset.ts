import * as z from 'zod';
import { type PARAMETERS, SAMPLING_LIST, type SamplingName, type SamplingParameter } from '../segmind/parameters.ts';

/** A value of a parameter. Its range is wider than the model's, which may differ in another release. */
function samplingValue({ kind }: SamplingParameter) {
  if (kind === 'choice') return z.string().min(1).max(50).exactOptional();
  return (kind === 'integer' ? z.int() : z.number()).min(0).max(1_000).exactOptional();
}

// Safe cast: each name has the schema that `samplingValue` makes for its kind.
const samplingValues = Object.fromEntries(SAMPLING_LIST.map((its) => [its.name, samplingValue(its)])) as {
  [Name in SamplingName]: z.ZodExactOptional<
    (typeof PARAMETERS)[Name]['kind'] extends 'choice' ? z.ZodString : z.ZodNumber
  >;
};

/** Values for options that a member leaves out: of a style, of a member or of a server. Sizes and schedulers have the command's names. */
export const presetSchema = z
  .looseObject({
    size: z
      .string()
      .regex(/^\d{3,4}x\d{3,4}$/)
      .exactOptional(),
    ...samplingValues,
  })
  .readonly();

export type Preset = z.output<typeof presetSchema>;
