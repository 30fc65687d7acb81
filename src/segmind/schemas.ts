import * as z from 'zod';

/** Segmind sends numbers as text in places. */
const numeric = z.union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())]);

/** Here and below, an unreadable value counts as absent: it is never worth losing a finished image. */
const looseNumber = numeric.optional().catch(undefined);

/** A plausible amount: no request takes a day or costs a thousand dollars. */
const amount = (max: number) => numeric.pipe(z.number().min(0).max(max)).optional().catch(undefined);
const seconds = amount(86_400);
const costUsd = amount(1000);

const looseText = z.string().optional().catch(undefined);

/** -1 only says that the service drew one. */
const seedSchema = numeric.pipe(z.int().nonnegative()).optional().catch(undefined);

const metrics = {
  cost: costUsd,
  remaining_credits: looseNumber,
  inference_time: seconds,
  queue_time: seconds,
  total_time: seconds,
};

/** In seconds and US$. */
export const metricsSchema = z.looseObject(metrics).optional().catch(undefined);

/** The token from which GET URLs are built: a UUID or hex in practice, never a path. */
export const requestIdSchema = z.string().regex(/^[\w-]{1,128}$/);

export const submitSchema = z.looseObject({ request_id: requestIdSchema });

/** Status words vary in case; an unknown one isn't an error here. */
const statusWord = z.string().transform((word) => word.toUpperCase());

export const statusSchema = z.looseObject({ status: statusWord, metrics: metricsSchema });

/** A result without its images, which may be anywhere in it. */
export const resultSchema = z.looseObject({ seed: seedSchema, metrics: metricsSchema });

/** The accounting headers of a v1 answer, by their names in v2. */
export const syncHeadersSchema = z.object({ ...metrics, requestId: looseText, seed: seedSchema });

/** A v1 answer's JSON without its images; empty when it isn't an object. */
export const syncSchema = z
  .looseObject({ request_id: looseText, seed: seedSchema, metrics: metricsSchema })
  .catch({ request_id: undefined, seed: undefined, metrics: undefined });

export const creditsSchema = z.object({
  credits: numeric,
  'free-credits': looseNumber.transform((credits) => credits ?? 0),
});
