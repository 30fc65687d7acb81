import { randomInt } from 'node:crypto';
import { z } from 'zod';

const SCHEDULERS = [
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

const MAX_SEED = 999_999_999_999_999;

const side = z.int().min(512).max(2048).multipleOf(8).default(1024);

/** The model checks these values when the job runs, after the submit was answered with 200. */
const valuesSchema = z.strictObject({
  prompt: z.string().min(1),
  negative_prompt: z.string().default(''),
  samples: z.int().min(1).max(4).default(1),
  scheduler: z.enum(SCHEDULERS).default('DPM2 Karras'),
  num_inference_steps: z.int().min(20).max(100).default(30),
  guidance_scale: z.number().min(1).max(25).default(7),
  seed: z.int().min(-1).max(MAX_SEED).default(-1),
  img_width: side,
  img_height: side,
  base64: z.boolean().default(false),
});

/** The model's parameters by their names in the API, with defaults filled in and the seed drawn. */
export type Parameters = z.infer<typeof valuesSchema>;

const KNOWN_KEYS = new Set(Object.keys(valuesSchema.shape));

/** Why a body is rejected with HTTP 400: no prompt, or an unknown field. An empty prompt is accepted. */
export function malformation(body: Record<string, unknown>): string | undefined {
  const unknownKey = Object.keys(body).find((key) => !KNOWN_KEYS.has(key));
  if (unknownKey !== undefined) return `Unexpected field: ${unknownKey}`;
  return typeof body['prompt'] === 'string' ? undefined : 'prompt is a required field';
}

/** Why a scheduler is rejected with HTTP 406. It's the only value that is checked up front. */
export function schedulerProblem({ scheduler }: Record<string, unknown>): string | undefined {
  if (scheduler === undefined || valuesSchema.shape.scheduler.safeParse(scheduler).success) return undefined;
  return `Invalid scheduler: ${scheduler}`;
}

/** The parameters with which the model runs, where -1 is replaced by a random seed; or `problem`, the text with which the job fails. */
export function readParameters(body: Record<string, unknown>): { parameters: Parameters } | { problem: string } {
  const read = valuesSchema.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { problem: `Invalid parameter ${issue?.path.join('.')}: ${issue?.message}` };
  }
  const seed = read.data.seed === -1 ? randomInt(2 ** 47) : read.data.seed;
  return { parameters: { ...read.data, seed } };
}
