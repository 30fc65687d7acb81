import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { choice, integer, number, optionalText, type Parameter, text } from './parameter-kinds.ts';

export type { Parameter };
/** A parameter with a default. */
export type SamplingParameter = Exclude<Parameter, { kind: 'text' }>;

function side<const Option extends string, const Key extends string>(option: Option, segmindKey: Key) {
  return integer({ option, segmindKey, min: 512, max: 2048, multipleOf: 8, default: 1024 });
}

/** The parameters for which a server may have its own defaults, and which a reply shows one by one. */
const SAMPLING_PARAMETERS = {
  steps: integer({
    option: 'steps',
    segmindKey: 'num_inference_steps',
    min: 20,
    max: 100,
    default: 30,
  }),
  guidanceScale: number({
    option: 'guidance',
    segmindKey: 'guidance_scale',
    min: 1,
    max: 25,
    default: 7,
  }),
  scheduler: choice({
    option: 'scheduler',
    segmindKey: 'scheduler',
    // By Segmind's own spelling: the first ten from the model's page, `UniPC` from its example, `DDPM` from sibling models.
    choices: [
      'DDIM',
      'DPM Multi',
      'DPM Single',
      'Euler a',
      'Euler',
      'Heun',
      'DPM2 a Karras',
      'DPM2 Karras',
      'LMS',
      'PNDM',
      'DDPM',
      'UniPC',
    ],
    default: 'DPM2 Karras',
  }),
  samples: integer({
    option: 'samples',
    segmindKey: 'samples',
    min: 1,
    max: 4,
    default: 1,
  }),
} satisfies Record<string, SamplingParameter>;

/**
 * All that a request may say, in the order of Discord's picker: the picker, the parsing, the body of a POST and the replies read it here.
 * Ranges and defaults are Segmind's; the lengths of the two texts are Discord's and ours.
 * @see https://www.segmind.com/models/sdxl1.0-timeless
 */
export const PARAMETERS = {
  prompt: text({
    option: 'prompt',
    segmindKey: 'prompt',
    minLength: 1,
    maxLength: 4_000,
  }),
  negativePrompt: optionalText({
    option: 'negative_prompt',
    segmindKey: 'negative_prompt',
    maxLength: 2_000,
  }),
  width: side('width', 'img_width'),
  height: side('height', 'img_height'),
  ...SAMPLING_PARAMETERS,
  seed: integer({
    option: 'seed',
    segmindKey: 'seed',
    min: -1,
    max: 999_999_999_999_999,
    default: -1,
  }),
} satisfies Record<string, Parameter>;

/** The seed that means any. */
export const RANDOM_SEED = PARAMETERS.seed.default;

type Table = typeof PARAMETERS;
export type ParameterName = keyof Table;
export type SamplingName = keyof typeof SAMPLING_PARAMETERS;

function toList<Name extends string, P extends Parameter>(table: Readonly<Record<Name, P>>): (P & { name: Name })[] {
  // Safe cast: the names are the keys of the table.
  return (Object.entries(table) as [Name, P][]).map(([name, parameter]) => ({ name, ...parameter }));
}

export const PARAMETER_LIST = toList<ParameterName, Parameter>(PARAMETERS);
export const SAMPLING_LIST = toList<SamplingName, SamplingParameter>(SAMPLING_PARAMETERS);

// Safe cast: each name keeps its own schema.
const schemas = Object.fromEntries(PARAMETER_LIST.map(({ name, schema }) => [name, schema])) as unknown as {
  [Name in ParameterName]: Table[Name]['schema'];
};

/** One request for images; fills in Segmind's defaults and refuses unknown keys. */
export const parametersSchema = z.strictObject(schemas);

export type GenerationParameters = z.output<typeof parametersSchema>;

/** The JSON body of a POST; an empty negative prompt is left out. */
export function toSegmindBody(
  parameters: GenerationParameters,
  { base64 }: { base64: boolean },
): Readonly<Record<string, string | number | boolean>> {
  const given = PARAMETER_LIST.flatMap(({ name, segmindKey }) => {
    const value = parameters[name];
    return value === undefined || value === '' ? [] : [[segmindKey, value] as const];
  });
  return { ...Object.fromEntries(given), base64 };
}

/**
 * A seed from 0 to 999999999999999, each equally likely.
 * We draw it ourselves so that every image can be repeated: Segmind may not report a seed that it drew.
 */
export function drawSeed(): number {
  for (;;) {
    // The largest seed needs 50 bits; crypto.randomInt has only 48.
    const candidate = Number(randomBytes(8).readBigUInt64BE() & (2n ** 50n - 1n));
    if (candidate <= PARAMETERS.seed.max) return candidate;
  }
}

/** The allowed sides next to `value` pixels, ascending: one when it is allowed or out of range, else the two around it. */
export function nearestDimensions(value: number): number[] {
  const { min, max, multipleOf } = PARAMETERS.width;
  const within = Math.min(max, Math.max(min, value));
  return [...new Set([Math.floor(within / multipleOf) * multipleOf, Math.ceil(within / multipleOf) * multipleOf])];
}
