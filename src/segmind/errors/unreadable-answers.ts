import { redactKeys, SegmindError } from './segmind-error.ts';

/** A body that isn't what the API promises. If it came with a 2xx on a v1 call, the image may have been rendered and charged. */
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

/** A finished, paid result without an image. `keys` are the names of its fields. */
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

/** A submit was accepted (2xx) without a readable `request_id`: it may be rendered and charged, but its result can't be fetched. */
export class MissingRequestId extends SegmindError {
  override readonly name = 'MissingRequestId';
  readonly status: number;

  constructor(status: number) {
    super(`Segmind accepted a request (${status}) without a readable request_id`);
    this.status = status;
  }
}

/** An image couldn't be fetched, or the file isn't one. `retriable`: another try may help. */
export class ImageDownloadFailed extends SegmindError {
  override readonly name = 'ImageDownloadFailed';
  readonly url: string;
  readonly reason: string;
  readonly retriable: boolean;
  /** Whether nothing is at the address, at least for now. */
  readonly isMissing: boolean;

  constructor(url: string, failure: { reason: string; retriable: boolean; isMissing?: boolean; cause?: unknown }) {
    super(`image ${url} couldn't be downloaded: ${failure.reason}`, { cause: failure.cause });
    this.url = url;
    this.reason = redactKeys(failure.reason);
    this.retriable = failure.retriable;
    this.isMissing = failure.isMissing ?? false;
  }
}

export type UnreadableFailure = UnreadableAnswer | ResultUnreadable | MissingRequestId | ImageDownloadFailed;
