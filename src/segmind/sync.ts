import { parseAnswer } from './answer.ts';
import { ResultUnreadable } from './errors.ts';
import { keysOf } from './explanation.ts';
import type { HttpAnswer } from './http.ts';
import { findImages, inlineImage } from './output.ts';
import { type InferenceResult, metricsOf, withoutUndefined } from './result.ts';
import { syncHeadersSchema, syncSchema } from './schemas.ts';

/**
 * Reads a v1 answer: the raw bytes of one image, or JSON with images; the accounting is in the headers.
 * @param samples images that were requested: further ones are dropped
 * @throws ResultUnreadable when there is no image in its JSON, UnreadableAnswer when it is neither an image nor JSON
 */
export async function readSyncAnswer(answer: HttpAnswer, samples: number): Promise<InferenceResult> {
  const accounting = syncHeadersSchema.parse({
    requestId: answer.header('x-request-id'),
    seed: answer.header('x-seed-value'),
    cost: answer.header('x-cost'),
    remaining_credits: answer.header('x-remaining-credits'),
    inference_time: answer.header('x-generation-time'),
  });
  const { requestId, seed, ...metrics } = accounting;
  const reported = { ...withoutUndefined({ requestId, seed }), metrics: metricsOf(metrics) };
  const raw = answer.isCut ? [] : await inlineImage(answer.body);
  if (raw.length > 0) return { images: raw, ...reported };

  const parsed = parseAnswer(syncSchema, answer);
  const json = answer.json();
  const images = (await findImages(json)).slice(0, samples);
  if (images.length === 0) {
    throw new ResultUnreadable(reported.requestId ?? parsed.request_id, 'no image in it', keysOf(json));
  }
  return {
    images,
    ...withoutUndefined({ requestId: parsed.request_id, seed: parsed.seed }),
    ...reported,
    metrics: { ...metricsOf(parsed.metrics), ...reported.metrics },
  };
}
