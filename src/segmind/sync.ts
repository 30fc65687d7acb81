import { parseAnswer } from './answer.ts';
import { UnreadableAnswer } from './errors.ts';
import type { Answer } from './http.ts';
import { imagesIn, inlineImage } from './output.ts';
import { definedOnly, type InferenceResult, metricsOf } from './result.ts';
import { syncHeadersSchema, syncSchema } from './schemas.ts';

/**
 * Reads a v1 answer: the raw bytes of one image, or JSON with images inside; the accounting is in the headers.
 * @throws UnreadableAnswer when there is no image in it
 */
export function readSyncAnswer(answer: Answer): InferenceResult {
  const accounting = syncHeadersSchema.parse({
    requestId: answer.header('x-request-id'),
    seed: answer.header('x-seed-value'),
    cost: answer.header('x-cost'),
    remaining_credits: answer.header('x-remaining-credits'),
    inference_time: answer.header('x-generation-time'),
  });
  const { requestId, seed, ...metrics } = accounting;
  const told = { ...definedOnly({ requestId, seed }), metrics: metricsOf(metrics) };
  const raw = answer.isCut ? [] : inlineImage(answer.body);
  if (raw.length > 0) return { images: raw, ...told };

  const parsed = parseAnswer(syncSchema, answer);
  const images = imagesIn(parsed.candidates);
  if (images.length === 0) throw new UnreadableAnswer(answer.status, ['no image in the answer']);
  return {
    images,
    ...definedOnly({ requestId: parsed.requestId, seed: parsed.seed }),
    ...told,
    metrics: { ...metricsOf(parsed.metrics), ...told.metrics },
  };
}
