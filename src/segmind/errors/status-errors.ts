import { ExplainedError, SegmindError } from './segmind-error.ts';

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

/** 406 about the content type: a bug of this client or of a proxy. */
export class InvalidContentType extends ExplainedError {
  override readonly name = 'InvalidContentType';
  readonly status = 406;

  constructor(detail: string) {
    super('Segmind rejects the content type (406)', detail);
  }
}

/** The team's spend limit is reached; there may still be credits. */
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

/** 404 on a status or result: never submitted, or older than the hour for which Segmind keeps results. */
export class RequestNotFound extends ExplainedError {
  override readonly name = 'RequestNotFound';
  readonly status = 404;
  readonly requestId: string;

  constructor(requestId: string, detail: string) {
    super(`Segmind doesn't know request ${requestId} (404)`, detail);
    this.requestId = requestId;
  }
}

/** 404 on the credits: the account has no balance. */
export class CreditsNotFound extends ExplainedError {
  override readonly name = 'CreditsNotFound';
  readonly status = 404;

  constructor(detail: string) {
    super('Segmind has no balance for this account (404)', detail);
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

/** The inference ran and failed, or its content was blocked; it isn't billed. v1 may not report the request id. */
export class InferenceFailed extends ExplainedError {
  override readonly name = 'InferenceFailed';
  readonly requestId?: string;

  constructor(requestId: string | undefined, detail: string) {
    super(`inference ${requestId ?? '(id unknown)'} failed at Segmind`, detail);
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** 429. `resetAtMs` is when to try again, in epoch milliseconds of our own clock, if the answer says so. */
export class RateLimited extends SegmindError {
  override readonly name = 'RateLimited';
  readonly status = 429;
  readonly resetAtMs: number | undefined;

  constructor(resetAtMs: number | undefined) {
    super('Segmind limits the rate of requests (429)');
    this.resetAtMs = resetAtMs;
  }
}

/** 5xx in Segmind's own JSON. */
export class ServerError extends ExplainedError {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(`Segmind has trouble (${status})`, detail);
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

/**
 * A failure that isn't from Segmind: a page or a bare status of a firewall or gateway in between. It says nothing about the account or
 * the model. After such a 5xx, the call may have arrived or not.
 */
export class ForeignAnswer extends ExplainedError {
  override readonly name = 'ForeignAnswer';
  readonly status: number;
  readonly call: 'submit' | 'request' | 'credits';

  constructor(status: number, call: ForeignAnswer['call'], detail: string) {
    super(`a gateway between the bot and Segmind answered (${status})`, detail);
    this.status = status;
    this.call = call;
  }
}

/** 402 or 406 that doesn't say what it is about: the balance shows it. */
export class RefusalUnclear extends ExplainedError {
  override readonly name = 'RefusalUnclear';
  readonly status: 402 | 406;
  /** Whether the answer was Segmind's own JSON. */
  readonly isFromSegmind: boolean;
  /** Whether the answer was an HTML page of a gateway. */
  readonly isPage: boolean;

  constructor(
    status: 402 | 406,
    detail: string,
    { isFromSegmind, isPage }: { isFromSegmind: boolean; isPage: boolean },
  ) {
    super(`Segmind doesn't say why it refuses a submit (${status})`, detail);
    this.status = status;
    this.isFromSegmind = isFromSegmind;
    this.isPage = isPage;
  }
}

export type StatusFailure =
  | BadRequest
  | ParameterRejected
  | InvalidContentType
  | SpendLimitReached
  | InsufficientCredits
  | Unauthorized
  | ModelForbidden
  | ModelNotFound
  | RequestNotFound
  | CreditsNotFound
  | ModelRetired
  | InferenceFailed
  | RateLimited
  | ServerError
  | UnexpectedStatus
  | ForeignAnswer;
