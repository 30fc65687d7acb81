import { type Agent, DecoratorHandler, type Dispatcher } from 'undici';
import { untilAborted } from '../time.ts';
import { parseJson } from './json.ts';

export interface Call {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** At most this much of the answer's body is kept. */
  maxBytes: number;
  /** How long the server may send nothing, before the head and between chunks; unlimited by default. */
  idleTimeoutMs?: number;
}

export interface AnswerHead {
  status: number;
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | undefined;
}

export interface HttpAnswer extends AnswerHead {
  body: Buffer;
  /** Whether the body was longer than `maxBytes`: then `body` has only its beginning, or nothing. */
  isCut: boolean;
  /** The body as JSON; undefined when it isn't JSON, or was cut. Parsed once: a result with images is up to 64 MiB long. */
  json(): unknown;
}

export function answerOf(head: AnswerHead, { body, isCut }: Pick<HttpAnswer, 'body' | 'isCut'>): HttpAnswer {
  let parsed: { readonly json: unknown } | undefined;
  const json = () => {
    parsed ??= { json: isCut ? undefined : parseJson(body) };
    return parsed.json;
  };
  return { ...head, body, isCut, json };
}

/** How far a call got: nothing was written, the request was (maybe) written, or the head of the answer arrived. */
export type Stage = 'connect' | 'head' | 'body';

/** A call without a complete answer; `cause` is the signal's reason when the call was aborted. */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
  readonly stage: Stage;
  readonly head?: AnswerHead;

  constructor(stage: Stage, cause: unknown, head?: AnswerHead) {
    super(`the call failed (${stage})`, { cause });
    this.stage = stage;
    if (head) this.head = head;
  }
}

/**
 * One HTTP call with its whole answer, whatever the status. Follows no redirects and doesn't decompress the body.
 * @throws ExchangeFailed when the connection fails or breaks, or the signal aborts
 */
export async function exchange(agent: Agent, call: Call, signal: AbortSignal): Promise<HttpAnswer> {
  let stage: Stage = 'connect';
  let head: AnswerHead | undefined;
  const observed = agent.compose(
    observeWrite(() => {
      stage = 'head';
    }),
  );
  try {
    signal.throwIfAborted();
    const url = new URL(call.url);
    // untilAborted rejects at once; undici keeps an aborted request until its connection is made or fails.
    const response = await untilAborted(
      observed.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: call.method,
        headers: { ...call.headers, 'accept-encoding': 'identity' },
        body: call.body ?? null,
        headersTimeout: call.idleTimeoutMs ?? 0,
        bodyTimeout: call.idleTimeoutMs ?? 0,
        signal,
      }),
      signal,
    );
    stage = 'body';
    head = headOf(response);
    return answerOf(head, await readBody(response.body, head, call.maxBytes));
  } catch (error) {
    throw new ExchangeFailed(stage, signal.aborted ? signal.reason : error, head);
  }
}

/** Calls `onWrite` when a request is about to be written: undici calls `onConnect` with a live socket in the step that writes the head. */
function observeWrite(onWrite: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new WriteObserver(handler, onWrite));
}

class WriteObserver extends DecoratorHandler {
  readonly #handler: Dispatcher.DispatchHandlers;
  readonly #onWrite: () => void;

  constructor(handler: Dispatcher.DispatchHandlers, onWrite: () => void) {
    super(handler);
    this.#handler = handler;
    this.#onWrite = onWrite;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#onWrite();
    this.#handler.onConnect?.(abort);
  }
}

function headOf(response: Dispatcher.ResponseData): AnswerHead {
  return {
    status: response.statusCode,
    header: (name) => {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

async function readBody(body: Dispatcher.ResponseData['body'], head: AnswerHead, maxBytes: number) {
  // A body that isn't read to its end emits an error, which would end the process without a listener.
  body.on('error', () => {});
  if (Number(head.header('content-length')) > maxBytes) {
    body.destroy();
    return { body: Buffer.alloc(0), isCut: true };
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop destroys the body and its connection.
    if (length > maxBytes) return { body: Buffer.concat(chunks).subarray(0, maxBytes), isCut: true };
  }
  return { body: Buffer.concat(chunks), isCut: false };
}
