/** One class for each way in which a call to Segmind fails; `error.name` tells them apart. */

const MAX_DETAIL_LENGTH = 1000;

/** Blacks out everything that looks like a Segmind API key. */
function redactKeys(text: string): string {
  return text.replace(/SG_[0-9a-z]+/gi, 'SG_[redacted]');
}

export abstract class SegmindError extends Error {
  abstract override readonly name: string;

  constructor(message: string, options?: ErrorOptions) {
    super(redactKeys(message), options);
  }
}

/** A failure that Segmind explained. `detail` is its own text, without keys: for the log, not for members. */
abstract class ExplainedError extends SegmindError {
  readonly detail: string;

  constructor(message: string, detail: string) {
    const redacted = redactKeys(detail).slice(0, MAX_DETAIL_LENGTH);
    super(redacted === '' ? message : `${message}: ${redacted}`);
    this.detail = redacted;
  }
}

/** 400: the body is malformed or lacks a field. */
export class BadRequest extends ExplainedError {
  override readonly name = 'BadRequest';
  readonly status = 400;
  readonly requestId?: string;

  constructor(detail: string, requestId?: string) {
    super('Segmind calls the request malformed (400)', detail);
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** 406 about a value of a parameter. */
export class ParameterRejected extends ExplainedError {
  override readonly name = 'ParameterRejected';
  readonly status = 406;

  constructor(detail: string) {
    super('Segmind rejects a parameter (406)', detail);
  }
}

/** 406 about the content type: a defect of this client or of a proxy. */
export class InvalidContentType extends ExplainedError {
  override readonly name = 'InvalidContentType';
  readonly status = 406;

  constructor(detail: string) {
    super('Segmind rejects the content type (406)', detail);
  }
}

/** The team's spend limit is reached; credits may still be there. */
export class SpendLimitReached extends ExplainedError {
  override readonly name = 'SpendLimitReached';
  readonly status: 402 | 406;

  constructor(status: 402 | 406, detail: string) {
    super(`the spend limit at Segmind is reached (${status})`, detail);
    this.status = status;
  }
}

/** The balance is below the price of the request. */
export class InsufficientCredits extends ExplainedError {
  override readonly name = 'InsufficientCredits';
  readonly status: 402 | 406;

  constructor(status: 402 | 406, detail: string) {
    super(`the credits at Segmind don't suffice (${status})`, detail);
    this.status = status;
  }
}

/** 401: the key is missing, wrong or expired. */
export class Unauthorized extends ExplainedError {
  override readonly name = 'Unauthorized';
  readonly status = 401;

  constructor(detail: string) {
    super('Segmind rejects the API key (401)', detail);
  }
}

/** 403: the account may not call this model. */
export class ModelForbidden extends ExplainedError {
  override readonly name = 'ModelForbidden';
  readonly status = 403;

  constructor(detail: string) {
    super('this Segmind account may not call the model (403)', detail);
  }
}

/** 404 on a submit. */
export class ModelNotFound extends ExplainedError {
  override readonly name = 'ModelNotFound';
  readonly status = 404;

  constructor(detail: string) {
    super("Segmind doesn't know the model (404)", detail);
  }
}

/** 404 on a status or result: never submitted, or past the hour for which Segmind keeps results. */
export class RequestNotFound extends ExplainedError {
  override readonly name = 'RequestNotFound';
  readonly status = 404;
  readonly requestId: string;

  constructor(requestId: string, detail: string) {
    super(`Segmind doesn't know request ${requestId} (404)`, detail);
    this.requestId = requestId;
  }
}

/** 410: the model is retired. */
export class ModelRetired extends ExplainedError {
  override readonly name = 'ModelRetired';
  readonly status = 410;

  constructor(detail: string) {
    super('Segmind has retired the model (410)', detail);
  }
}

/** The inference ran and failed, or its content was blocked; it isn't billed. v1 may not tell the request id. */
export class InferenceFailed extends ExplainedError {
  override readonly name = 'InferenceFailed';
  readonly requestId?: string;

  constructor(requestId: string | undefined, detail: string) {
    super(`inference ${requestId ?? '(id unknown)'} failed at Segmind`, detail);
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** 429. `resetAtMs` is when to try again, in epoch milliseconds of our own clock, where the answer said so. */
export class RateLimited extends SegmindError {
  override readonly name = 'RateLimited';
  readonly status = 429;
  readonly resetAtMs: number | undefined;

  constructor(resetAtMs: number | undefined) {
    super('Segmind limits the rate of requests (429)');
    this.resetAtMs = resetAtMs;
  }
}

/** 5xx that came as an answer. */
export class ServerError extends ExplainedError {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(`Segmind has trouble (${status})`, detail);
    this.status = status;
  }
}

/**
 * A failure in words that aren't Segmind's: a page or a bare status of a firewall or gateway between. It says nothing about the account or
 * the model. A 5xx of that kind leaves open whether the call arrived.
 */
export class ForeignAnswer extends ExplainedError {
  override readonly name = 'ForeignAnswer';
  readonly status: number;
  readonly call: 'submit' | 'request' | 'credits';

  constructor(status: number, call: ForeignAnswer['call'], detail: string) {
    super(`something between the bot and Segmind answered (${status})`, detail);
    this.status = status;
    this.call = call;
  }
}

/** 402 or 406 that doesn't say what it is about: the balance can tell. `isSegmindsWord`: the answer was JSON of Segmind's. */
export class RefusalUnclear extends ExplainedError {
  override readonly name = 'RefusalUnclear';
  readonly status: 402 | 406;
  readonly isFromSegmind: boolean;
  /** Whether a page of something between came in place of an answer. */
  readonly isPage: boolean;

  constructor(
    status: 402 | 406,
    detail: string,
    { isSegmindsWord, isPage }: { isSegmindsWord: boolean; isPage: boolean },
  ) {
    super(`Segmind doesn't say why it refuses a submit (${status})`, detail);
    this.status = status;
    this.isFromSegmind = isSegmindsWord;
    this.isPage = isPage;
  }
}

/** No connection could be made (DNS, refused, connect time-out): nothing was written, so that nothing can have been charged. */
export class ConnectionFailed extends SegmindError {
  override readonly name = 'ConnectionFailed';

  constructor(cause: unknown) {
    super(`no connection to Segmind: ${describeCause(cause)}`, { cause });
  }
}

/** Where the answer to a POST got lost: before its head, within its body, or at a gateway that gave up waiting for the render. */
export type LostPhase = 'head' | 'body' | 'gateway';

/** A POST that was, or may have been, written and whose answer got lost: it may have been rendered and charged. Never repeat it unasked. */
export class OutcomeUnknown extends SegmindError {
  override readonly name = 'OutcomeUnknown';
  readonly phase: LostPhase;

  constructor(phase: LostPhase, cause: unknown) {
    super(`the answer to a submit got lost (${phase}): ${describeCause(cause)}`, { cause });
    this.phase = phase;
  }
}

/** A GET took too long. */
export class RequestTimeout extends SegmindError {
  override readonly name = 'RequestTimeout';
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`Segmind didn't answer within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** A GET broke after it was written. */
export class ConnectionBroken extends SegmindError {
  override readonly name = 'ConnectionBroken';

  constructor(cause: unknown) {
    super(`the connection to Segmind broke: ${describeCause(cause)}`, { cause });
  }
}

/** We stopped waiting; Segmind may still finish and charge. */
export class InferenceTimeout extends SegmindError {
  override readonly name = 'InferenceTimeout';
  readonly requestId: string;
  readonly elapsedMs: number;

  constructor(requestId: string, elapsedMs: number) {
    super(`inference ${requestId} wasn't finished after ${elapsedMs} ms`);
    this.requestId = requestId;
    this.elapsedMs = elapsedMs;
  }
}

/** A body that is not what the API promises. On a v1 call with a 2xx status it may have been rendered and charged. */
export class UnreadableAnswer extends SegmindError {
  override readonly name = 'UnreadableAnswer';
  readonly status: number;
  readonly issues: readonly string[];

  constructor(status: number, issues: readonly string[]) {
    super(`Segmind's answer (${status}) can't be read: ${issues.join('; ')}`);
    this.status = status;
    this.issues = issues.map(redactKeys);
  }
}

/** A finished, paid result in which no image was found. `keys` are the names of the fields that it has. */
export class ResultUnreadable extends SegmindError {
  override readonly name = 'ResultUnreadable';
  readonly requestId?: string;
  readonly reason: string;
  readonly keys: readonly string[];

  constructor(requestId: string | undefined, reason: string, keys: readonly string[]) {
    super(`the result of ${requestId ?? '(id unknown)'} can't be read: ${reason} (${keys.join(', ') || 'no fields'})`);
    if (requestId !== undefined) this.requestId = requestId;
    this.reason = reason;
    this.keys = keys.map(redactKeys);
  }
}

/** A submit was accepted (2xx) without a readable `request_id`: it may be rendered and charged, and nobody can fetch it. */
export class MissingRequestId extends SegmindError {
  override readonly name = 'MissingRequestId';
  readonly status: number;

  constructor(status: number) {
    super(`Segmind accepted a request (${status}) without telling its request_id`);
    this.status = status;
  }
}

/** A status that the API doesn't document. */
export class UnexpectedStatus extends ExplainedError {
  override readonly name = 'UnexpectedStatus';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(`Segmind answered with an unexpected status (${status})`, detail);
    this.status = status;
  }
}

/** 404 on the credits: the account has no balance record. */
export class CreditsNotFound extends ExplainedError {
  override readonly name = 'CreditsNotFound';
  readonly status = 404;

  constructor(detail: string) {
    super('Segmind has no balance for this account (404)', detail);
  }
}

/** An image couldn't be fetched, or what came is none. `retriable`: another try may help. */
export class ImageDownloadFailed extends SegmindError {
  override readonly name = 'ImageDownloadFailed';
  readonly url: string;
  readonly reason: string;
  readonly retriable: boolean;

  constructor(url: string, failure: { reason: string; retriable: boolean; cause?: unknown }) {
    super(`image ${url} couldn't be downloaded: ${failure.reason}`, { cause: failure.cause });
    this.url = url;
    this.reason = redactKeys(failure.reason);
    this.retriable = failure.retriable;
  }
}

export type SegmindFailure =
  | BadRequest
  | ParameterRejected
  | InvalidContentType
  | SpendLimitReached
  | InsufficientCredits
  | Unauthorized
  | ModelForbidden
  | ModelNotFound
  | RequestNotFound
  | ModelRetired
  | InferenceFailed
  | RateLimited
  | ServerError
  | ForeignAnswer
  | ConnectionFailed
  | OutcomeUnknown
  | RequestTimeout
  | ConnectionBroken
  | InferenceTimeout
  | UnreadableAnswer
  | ResultUnreadable
  | MissingRequestId
  | UnexpectedStatus
  | CreditsNotFound
  | ImageDownloadFailed;

function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
