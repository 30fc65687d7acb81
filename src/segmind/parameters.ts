import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/**
 * What the model accepts, for Discord's pickers and for the schema alike.
 * Ranges and defaults are Segmind's; the lengths of the two texts are Discord's and ours.
 * @see https://www.segmind.com/models/sdxl1.0-timeless
 */
export const PARAMETER_LIMITS = {
  prompt: { minLength: 1, maxLength: 4000 },
  negativePrompt: { maxLength: 2000 },
  samples: { min: 1, max: 4, default: 1 },
  steps: { min: 20, max: 100, default: 30 },
  guidanceScale: { min: 1, max: 25, default: 7 },
  dimension: { min: 512, max: 2048, multipleOf: 8, default: 1024 },
  seed: { min: -1, max: 999_999_999_999_999, random: -1, default: -1 },
} as const;

/** The samplers by Segmind's own spelling: the first ten from the model's page, `UniPC` from its example, `DDPM` from sibling models. */
export const SCHEDULERS = [
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
] as const;

export type Scheduler = (typeof SCHEDULERS)[number];

export const DEFAULT_SCHEDULER: Scheduler = 'DPM2 Karras';

const { prompt, negativePrompt, samples, steps, guidanceScale, dimension, seed } = PARAMETER_LIMITS;

const dimensionSchema = z
  .int()
  .min(dimension.min)
  .max(dimension.max)
  .multipleOf(dimension.multipleOf)
  .default(dimension.default);

/** One request for images; fills in Segmind's defaults and refuses unknown keys. */
export const parametersSchema = z.strictObject({
  prompt: z.string().min(prompt.minLength).max(prompt.maxLength),
  negativePrompt: z.string().max(negativePrompt.maxLength).exactOptional(),
  samples: z.int().min(samples.min).max(samples.max).default(samples.default),
  scheduler: z.enum(SCHEDULERS).default(DEFAULT_SCHEDULER),
  steps: z.int().min(steps.min).max(steps.max).default(steps.default),
  guidanceScale: z.number().min(guidanceScale.min).max(guidanceScale.max).default(guidanceScale.default),
  seed: z.int().min(seed.min).max(seed.max).default(seed.default),
  width: dimensionSchema,
  height: dimensionSchema,
});

export type GenerationParameters = z.output<typeof parametersSchema>;

export interface SegmindBody {
  prompt: string;
  negative_prompt?: string;
  samples: number;
  scheduler: Scheduler;
  num_inference_steps: number;
  guidance_scale: number;
  seed: number;
  img_width: number;
  img_height: number;
  base64: boolean;
}

/** The JSON body of a POST; an empty negative prompt is left out. */
export function toSegmindBody(parameters: GenerationParameters, options: { base64: boolean }): SegmindBody {
  return {
    prompt: parameters.prompt,
    ...(parameters.negativePrompt ? { negative_prompt: parameters.negativePrompt } : {}),
    samples: parameters.samples,
    scheduler: parameters.scheduler,
    num_inference_steps: parameters.steps,
    guidance_scale: parameters.guidanceScale,
    seed: parameters.seed,
    img_width: parameters.width,
    img_height: parameters.height,
    base64: options.base64,
  };
}

/**
 * A seed from 0 to 999999999999999, each equally likely.
 * Whoever wants to repeat an image has to pick the seed: Segmind doesn't promise to tell the one it drew.
 */
export function drawSeed(): number {
  for (;;) {
    // 50 bits are the fewest that hold the largest seed; crypto.randomInt stops at 48.
    const candidate = Number(randomBytes(8).readBigUInt64BE() & (2n ** 50n - 1n));
    if (candidate <= seed.max) return candidate;
  }
}

/** The allowed sides next to `value` pixels, ascending: one when it is allowed or out of range, else the two around it. */
export function nearestDimensions(value: number): number[] {
  const { min, max, multipleOf } = dimension;
  const within = Math.min(max, Math.max(min, value));
  return [...new Set([Math.floor(within / multipleOf) * multipleOf, Math.ceil(within / multipleOf) * multipleOf])];
}
