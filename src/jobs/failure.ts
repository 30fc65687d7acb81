import type { CircuitReason } from '../segmind/circuit.ts';
import { SegmindError, type SegmindFailure } from '../segmind/errors.ts';

/** Why nothing is submitted at present. */
export type StopReason = CircuitReason;

/** Why a job ended without its pictures, as it is stored and told. `detail` is the provider's own text. */
export type Failure =
  | { readonly kind: 'bad_request'; readonly detail: string }
  | { readonly kind: 'parameter_rejected'; readonly detail: string }
  | { readonly kind: 'inference_failed'; readonly detail: string }
  | { readonly kind: 'stopped'; readonly reason: StopReason }
  | { readonly kind: 'misconfigured' }
  | { readonly kind: 'server_error'; readonly status: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unexpected_answer'; readonly status: number }
  | { readonly kind: 'result_expired' }
  | { readonly kind: 'took_too_long' }
  | { readonly kind: 'waited_too_long' }
  | { readonly kind: 'images_unavailable'; readonly links: readonly string[] }
  | { readonly kind: 'undeliverable' }
  | { readonly kind: 'internal' };

/** How an attempt to generate ends: failed for good, to be tried again, or nobody knows. */
export type Verdict =
  | { readonly name: 'failed'; readonly failure: Failure }
  | { readonly name: 'retry'; readonly failure: Failure }
  | { readonly name: 'rate_limited' }
  | { readonly name: 'unknown' };

/** After these Segmind has not taken the request. @see https://docs.segmind.com */
const DOCUMENTED_SERVER_ERRORS = new Set([500, 502, 503, 504]);

const failed = (failure: Failure): Verdict => ({ name: 'failed', failure });

/** What an error of the Segmind client means for the job that met it. */
export function judge(error: unknown): Verdict {
  if (!(error instanceof SegmindError)) return failed({ kind: 'internal' });
  // True: errors.ts lists every subclass in this union.
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
      // Others, such as a CDN's 520 or 524, don't say whether the request came through.
      return DOCUMENTED_SERVER_ERRORS.has(failure.status)
        ? { name: 'retry', failure: { kind: 'server_error', status: failure.status } }
        : { name: 'unknown' };
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
    case 'InferenceTimeout':
      return failed({ kind: 'took_too_long' });
    case 'UnreadableAnswer':
      // A success that can't be read may be a picture that was paid for.
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
