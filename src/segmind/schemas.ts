import { z } from 'zod';

/** Segmind sends numbers as text in places. */
const numeric = z.union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())]);

/** What can't be read counts as not sent, here and below: it is never worth losing a finished image. */
const looseNumber = numeric.optional().catch(undefined);

const looseText = z.string().optional().catch(undefined);

/** -1 only says that the service picked one. */
const seedSchema = numeric.pipe(z.int().nonnegative()).optional().catch(undefined);

const metrics = {
  cost: looseNumber,
  remaining_credits: looseNumber,
  inference_time: looseNumber,
  queue_time: looseNumber,
  total_time: looseNumber,
};

/** Seconds, and US$ for what costs. */
export const metricsSchema = z.looseObject(metrics).optional().catch(undefined);

/** The token from which GET URLs are built: a UUID or hex in practice, never a path. */
export const requestIdSchema = z.string().regex(/^[\w-]{1,128}$/);

export const submitSchema = z.looseObject({ request_id: requestIdSchema });

/** Status words vary in case; an unknown one isn't an error here. */
const statusWord = z.string().transform((word) => word.toUpperCase());

export const statusSchema = z.looseObject({ status: statusWord, metrics: metricsSchema });

export const resultSchema = z.looseObject({
  status: statusWord.optional().catch(undefined),
  output: z.unknown().optional(),
  images: z.unknown().optional(),
  seed: seedSchema,
  metrics: metricsSchema,
});

/** The accounting headers of a v1 answer, under the names that v2 has for them. */
export const syncHeadersSchema = z.object({ ...metrics, requestId: looseText, seed: seedSchema });

/** A v1 call's JSON: which key holds the images isn't documented. */
export const syncSchema = z.union([
  z
    .looseObject({ request_id: looseText, seed: seedSchema, metrics: metricsSchema })
    .transform(({ request_id: requestId, seed, metrics: told, ...rest }) => ({
      candidates: [rest['image'], rest['images'], rest['output'], rest['base64'], rest['data']],
      requestId,
      seed,
      metrics: told,
    })),
  z.unknown().transform((images) => ({
    candidates: [images],
    requestId: undefined,
    seed: undefined,
    metrics: undefined,
  })),
]);

export const creditsSchema = z.object({
  credits: numeric,
  'free-credits': looseNumber.transform((credits) => credits ?? 0),
});

const anything = z.unknown().optional();

/** `{ error }` of the API, `{ error, error_description }` of its authentication, and `detail` or `message` as gateways say it. */
export const errorSchema = z
  .looseObject({ error: anything, error_description: anything, detail: anything, message: anything })
  .transform(({ error, error_description: description, detail, message }) =>
    [error, description, detail, message]
      .filter((part) => part !== undefined && part !== null)
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
      .join(': '),
  )
  .refine((text) => text !== '');
