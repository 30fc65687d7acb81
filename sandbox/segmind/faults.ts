import type { ResultShape } from './result-shape.ts';
import type { UnauthorizedForm } from './unauthorized.ts';

/** The requests that a fault can affect. */
export type FaultTarget = 'submit' | 'v1' | 'status' | 'result' | 'credits' | 'image';

/** Why an inference failed: the text of `error`, or all the fields of the answer, such as `{ error: null }` or `{ error_message: 'no' }`. */
export type FailureReason = string | Record<string, unknown>;

/** `signature` is the first eight bytes of a PNG and nothing more, `bomb` a PNG whose header claims 60,000 x 60,000 pixels. */
export type ImageFault =
  | 'html'
  | '404'
  | '500'
  | 'drip'
  | 'endless'
  | 'truncated'
  | 'empty'
  | 'signature'
  | 'bomb'
  | { redirect: string };

type On<Target, Subject> = Target extends FaultTarget ? { on: Target; when?: (subject: Subject) => boolean } : never;

/** `when` gets the body of a POST or the URL of a GET; `times` is how many matching requests are affected, default 1, `Infinity` for all. */
type Trigger = { times?: number } & (
  | On<'submit' | 'v1', Record<string, unknown>>
  | On<'status' | 'result' | 'credits' | 'image', string>
  | { on: FaultTarget; when?: never }
);

/**
 * The kind of fault. `reset` breaks the connection before or after the request was handled; `hang` never answers and handles nothing;
 * `delayMs` answers late; `html` is an HTML page with that status, as a gateway sends it, with `taken` after Segmind accepted the
 * job all the same; `rateLimit` is a 429 whose window resets after so many ms; `unauthorized` is a 401 in that form. `failInference`,
 * `resultShape`, `secondImageHost`, `renderLongerMs` and `largeImages` (bytes per image) change the job; with `unknownForMs`, its status and result
 * answer 404 for that long after the submit; `statusWord` and `omitRequestId` change the answer.
 */
export type FaultEffect =
  | {
      respond: { status: number; body?: unknown; headers?: Record<string, string>; contentType?: string };
    }
  | { reset: 'before' | 'after' }
  | { hang: true }
  | { delayMs: number }
  | { html: number; taken?: true }
  | { rateLimit: number }
  | { unauthorized: UnauthorizedForm }
  | { failInference: FailureReason }
  | { resultShape: ResultShape }
  | { secondImageHost: true }
  | { unknownForMs: number }
  | { omitRequestId: true }
  | { statusWord: string }
  | { image: ImageFault }
  | { renderLongerMs: number }
  | { largeImages: number };

export type Fault = Trigger & FaultEffect;

/** Effects that apply only to some requests. */
const TARGETS_OF: Readonly<Record<string, readonly FaultTarget[]>> = {
  taken: ['submit', 'v1'],
  unauthorized: ['submit', 'v1', 'status', 'result', 'credits'],
  failInference: ['submit', 'v1', 'status', 'result'],
  resultShape: ['submit', 'v1', 'result'],
  secondImageHost: ['submit', 'result'],
  unknownForMs: ['submit'],
  omitRequestId: ['submit', 'v1'],
  statusWord: ['submit', 'status', 'result'],
  renderLongerMs: ['submit', 'v1'],
  image: ['image'],
  largeImages: ['submit', 'v1', 'status', 'result', 'image'],
};

/** The pending faults. Matching requests use them up in the order in which they were scripted. */
export class FaultScript {
  private pending: { fault: Fault; left: number }[] = [];

  /** @throws Error when the effect doesn't apply to such a request: the test would wait forever. */
  add(fault: Fault): void {
    for (const effect of Object.keys(fault)) {
      const targets = TARGETS_OF[effect];
      if (targets && !targets.includes(fault.on)) {
        throw new Error(`${effect} doesn't apply to '${fault.on}', only to ${targets.join(', ')}`);
      }
    }
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  /** Drops all pending faults. */
  clear(): void {
    this.pending = [];
  }

  /** Uses up one occurrence of the first fault that matches this request, if any. */
  take(target: FaultTarget, subject: { body: Record<string, unknown>; url: string }): FaultEffect | undefined {
    const index = this.pending.findIndex(({ fault }) => fault.on === target && matches(fault, subject));
    const found = this.pending[index];
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.pending.splice(index, 1);
    return found.fault;
  }
}

function matches(fault: Fault, subject: { body: Record<string, unknown>; url: string }): boolean {
  if (fault.on === 'submit' || fault.on === 'v1') return fault.when?.(subject.body) ?? true;
  return fault.when?.(subject.url) ?? true;
}
