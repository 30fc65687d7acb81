const MAX_DETAIL_LENGTH = 1000;

/** Removes everything that looks like a Segmind API key. */
export function redactKeys(text: string): string {
  return text.replace(/SG_[0-9a-z]+/gi, 'SG_[redacted]');
}

export function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** A way in which a call to Segmind fails. Each has a class of its own; `name` tells them apart. */
export abstract class SegmindError extends Error {
  abstract override readonly name: string;

  constructor(message: string, options?: ErrorOptions) {
    super(redactKeys(message), options);
  }
}

/** A failure that Segmind explained. `detail` is its own text, without keys: for the log, not for members. */
export abstract class ExplainedError extends SegmindError {
  readonly detail: string;

  constructor(message: string, detail: string) {
    const redacted = redactKeys(detail).slice(0, MAX_DETAIL_LENGTH);
    super(redacted === '' ? message : `${message}: ${redacted}`);
    this.detail = redacted;
  }
}
