import * as z from 'zod';
import { SegmindError, type SegmindFailure } from '../segmind/errors.ts';

export const stopReasonSchema = z.enum([
  'credits',
  'spend_limit',
  'unauthorized',
  'forbidden',
  'model_not_found',
  'model_retired',
  /** A gateway between the bot and the provider answers in its place. */
  'gateway_trouble',
]);

/** Why the circuit is open. */
export type StopReason = z.output<typeof stopReasonSchema>;

/** Why a job ended without images. `detail` is the provider's own text. */
export const failureSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bad_request'), detail: z.string() }),
  z.object({ kind: z.literal('parameter_rejected'), detail: z.string() }),
  z.object({ kind: z.literal('inference_failed'), detail: z.string() }),
  z.object({ kind: z.literal('stopped'), reason: stopReasonSchema }),
  z.object({ kind: z.literal('misconfigured') }),
  z.object({ kind: z.literal('server_error'), status: z.int() }),
  z.object({ kind: z.literal('unreachable') }),
  /** A gateway answered in the provider's place. */
  z.object({ kind: z.literal('refused_on_the_way'), status: z.int() }),
  z.object({ kind: z.literal('unexpected_answer'), status: z.int() }),
  z.object({ kind: z.literal('result_expired') }),
  /** It was rendered, and the provider keeps its images no longer. */
  z.object({ kind: z.literal('images_gone') }),
  z.object({ kind: z.literal('result_unreadable') }),
  z.object({ kind: z.literal('took_too_long') }),
  z.object({ kind: z.literal('waited_too_long') }),
  z.object({ kind: z.literal('images_unavailable'), links: z.array(z.string()).readonly() }),
  z.object({ kind: z.literal('undeliverable') }),
  z.object({ kind: z.literal('internal') }),
  /** An internal error before anything was sent. */
  z.object({ kind: z.literal('not_submitted') }),
]);

export type Failure = Readonly<z.output<typeof failureSchema>>;

/** What a failed call means: the job failed for good, may be retried, or its outcome is unknown. */
export type Verdict =
  | { readonly name: 'failed'; readonly failure: Failure }
  | { readonly name: 'retry'; readonly failure: Failure }
  | { readonly name: 'rate_limited' }
  | { readonly name: 'unknown' };

/** With these, Segmind has not accepted the request. @see https://docs.segmind.com */
const DOCUMENTED_SERVER_ERRORS = new Set([500, 502, 503, 504]);

const failed = (failure: Failure): Verdict => ({ name: 'failed', failure });

/** What an error of the Segmind client means for its job. */
export function toVerdict(error: unknown): Verdict {
  if (!(error instanceof SegmindError)) return failed({ kind: 'internal' });
  // Safe cast: this union has every subclass.
  const failure = error as SegmindFailure;
  switch (failure.name) {
    case 'RateLimited':
      return { name: 'rate_limited' };
    case 'OutcomeUnknown':
    case 'MissingRequestId':
      return { name: 'unknown' };
    case 'ConnectionFailed':
      return { name: 'retry', failure: { kind: 'unreachable' } };
    case 'ServerError':
      // Others, such as a CDN's 520 or 524, don't say whether the request arrived.
      return DOCUMENTED_SERVER_ERRORS.has(failure.status)
        ? { name: 'retry', failure: { kind: 'server_error', status: failure.status } }
        : { name: 'unknown' };
    case 'ForeignAnswer':
      // A gateway that timed out doesn't say whether the request arrived.
      return failure.status >= 500 || failure.status < 300
        ? { name: 'unknown' }
        : failed({ kind: 'refused_on_the_way', status: failure.status });
    case 'BadRequest':
      return failed({ kind: 'bad_request', detail: failure.detail });
    case 'ParameterRejected':
      return failed({ kind: 'parameter_rejected', detail: failure.detail });
    case 'InferenceFailed':
      return failed({ kind: 'inference_failed', detail: failure.detail });
    case 'InsufficientCredits':
      return failed({ kind: 'stopped', reason: 'credits' });
    case 'SpendLimitReached':
      return failed({ kind: 'stopped', reason: 'spend_limit' });
    case 'Unauthorized':
      return failed({ kind: 'stopped', reason: 'unauthorized' });
    case 'ModelForbidden':
      return failed({ kind: 'stopped', reason: 'forbidden' });
    case 'ModelNotFound':
      return failed({ kind: 'stopped', reason: 'model_not_found' });
    case 'ModelRetired':
      return failed({ kind: 'stopped', reason: 'model_retired' });
    case 'InvalidContentType':
      return failed({ kind: 'misconfigured' });
    case 'RequestNotFound':
      return failed({ kind: 'result_expired' });
    case 'ResultUnreadable':
      return failed({ kind: 'result_unreadable' });
    case 'InferenceTimeout':
      return failed({ kind: 'took_too_long' });
    case 'UnreadableAnswer':
      // An unreadable success may be an image that was paid for.
      return failure.status < 300 ? { name: 'unknown' } : failed({ kind: 'unexpected_answer', status: failure.status });
    case 'UnexpectedStatus':
      return failed({ kind: 'unexpected_answer', status: failure.status });
    case 'ImageDownloadFailed':
      return failed({ kind: 'images_unavailable', links: [] });
    case 'RequestTimeout':
    case 'ConnectionBroken':
    case 'CreditsNotFound':
      return failed({ kind: 'internal' });
    default:
      return failure satisfies never;
  }
}

/** Whether this verdict on a POST shows that submits work: only this request was refused. */
export function showsThatSubmitsWork(verdict: Verdict): boolean {
  if (verdict.name !== 'failed') return false;
  const { kind } = verdict.failure;
  return kind === 'bad_request' || kind === 'parameter_rejected' || kind === 'inference_failed';
}

/** Why a job that was submitted, and paid for, ends with this error. */
export function failureOf(error: unknown): Failure {
  const verdict = toVerdict(error);
  return verdict.name === 'failed' ? verdict.failure : { kind: 'internal' };
}

/** Whether a job with this failure was certainly not charged. */
export function isUncharged(failure: Failure): boolean {
  switch (failure.kind) {
    case 'bad_request':
    case 'parameter_rejected':
    case 'inference_failed':
    case 'stopped':
    case 'misconfigured':
    case 'server_error':
    case 'unreachable':
    case 'refused_on_the_way':
    case 'waited_too_long':
    case 'not_submitted':
      return true;
    case 'unexpected_answer':
    case 'result_expired':
    case 'images_gone':
    case 'result_unreadable':
    case 'took_too_long':
    case 'images_unavailable':
    case 'undeliverable':
    case 'internal':
      return false;
    default:
      return failure satisfies never;
  }
}
