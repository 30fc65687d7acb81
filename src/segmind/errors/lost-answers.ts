import { describeCause, SegmindError } from './segmind-error.ts';

/** No connection could be made (DNS, refused, connect time-out): nothing was written, so nothing can have been charged. */
export class ConnectionFailed extends SegmindError {
  override readonly name = 'ConnectionFailed';

  constructor(cause: unknown) {
    super(`no connection to Segmind: ${describeCause(cause)}`, { cause });
  }
}

/** Where the answer to a POST was lost: before its head, within its body, or at a gateway that timed out. */
export type LostPhase = 'head' | 'body' | 'gateway';

/** The answer to a POST that was, or may have been, written was lost: it may be rendered and charged. Never repeat it automatically. */
export class OutcomeUnknown extends SegmindError {
  override readonly name = 'OutcomeUnknown';
  readonly phase: LostPhase;

  constructor(phase: LostPhase, cause: unknown) {
    super(`the answer to a submit was lost (${phase}): ${describeCause(cause)}`, { cause });
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

export type LostAnswer = ConnectionFailed | OutcomeUnknown | RequestTimeout | ConnectionBroken | InferenceTimeout;
