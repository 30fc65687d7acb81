import { DefaultRestOptions, type RESTOptions, Routes } from 'discord.js';
import type { FatalError } from '../../fatal.ts';
import type { Log } from '../../log.ts';
import { monotonicNow, withTimeout } from '../../time.ts';
import { OUR_SCOPE, readFully, readRateLimit, toForbidden, waitAnswer } from './answers.ts';
import { describeRequest, headersOf, type MakeRequest, type OutgoingRequest, type RestResponse } from './request.ts';
import { RestHolds } from './rest-holds.ts';
import { TokenCheck } from './token-check.ts';

/** Added to every wait by discord.js, since clocks differ. */
const OFFSET_MS = 50;
/** Longer waits reject: the caller may have another route, or end before. */
const LONGEST_WAIT_MS = 60_000;
/** Waits from this on are logged. */
const LOGGED_WAIT_MS = 5_000;
const TOKEN_CHECK_TIMEOUT_MS = 10_000;

export interface RestGuardParts {
  /** Without a version. */
  readonly apiUrl: string;
  /** Awaited before each request, which is not sent if this throws. */
  readonly beforeRequest: () => Promise<void>;
  /** Called with the client, method and status of each answer. */
  readonly onAnswer: (client: string, method: string, status: number) => void;
  /** Called whenever all requests are held back, with the route whose answer was the reason. */
  readonly onBlock: (route: string) => void;
  /** Called when the bot's token is no longer valid. */
  readonly onFatal: (error: FatalError) => void;
  readonly log: Log;
}

/**
 * Guards all requests of this process to Discord's REST API. discord.js would retry at once after a 429 without a usable
 * `Retry-After`, and forget its token at the first 401: it never sees either.
 * @returns makes the options of a client; the name is for metrics
 */
export function createRestGuard(parts: RestGuardParts) {
  const { log } = parts;
  const base = `${parts.apiUrl}/v${DefaultRestOptions.version}`;
  const holds = new RestHolds();
  const token = new TokenCheck(parts);

  /** Sends the request, or answers with a 429 in Discord's place if it has to wait. */
  async function attempt(
    client: string,
    request: OutgoingRequest,
  ): Promise<{ answer: RestResponse; sentAtMs: number }> {
    const heldMs = holds.admit(request);
    if (heldMs > 0) return { answer: waitAnswer(heldMs, OUR_SCOPE), sentAtMs: monotonicNow() };
    try {
      await parts.beforeRequest();
      const sentAtMs = monotonicNow();
      const answer = await readFully(await DefaultRestOptions.makeRequest(request.url, request.init));
      parts.onAnswer(client, request.method, answer.status);
      if (answer.status === 429) return { answer: await limited(request, sentAtMs, answer), sentAtMs };
      if (answer.status < 500) holds.noteSuccess(request, sentAtMs);
      return { answer, sentAtMs };
    } finally {
      holds.leave(request);
    }
  }

  /** Holds back the requests that have to wait, and returns a 429 that discord.js understands. */
  async function limited(request: OutgoingRequest, sentAtMs: number, answer: RestResponse): Promise<RestResponse> {
    const { waitMs, bodyWaitMs, isGlobal, isFromEdge } = await readRateLimit(answer);
    if (waitMs === undefined || isFromEdge) {
      const block = holds.block(request, sentAtMs, waitMs ?? bodyWaitMs);
      if (block.isNew) {
        log.warn(
          { route: request.route, waitMs: Math.round(block.waitMs) },
          'requests to Discord held back after a 429',
        );
        parts.onBlock(request.route);
      }
      return waitAnswer(block.waitMs, OUR_SCOPE);
    }
    if (isGlobal) holds.holdBotToken(waitMs);
    else holds.holdRoute(request, waitMs);
    return waitAnswer(waitMs, answer.headers.get('x-ratelimit-scope') ?? 'user');
  }

  /** Tries the token of this request. @returns the status */
  function fetchTokenStatus(client: string, { init }: OutgoingRequest): Promise<number> {
    const given = headersOf(init);
    const headers = Object.fromEntries(['authorization', 'user-agent'].map((name) => [name, given.get(name) ?? '']));
    const tooLong = () => new Error(`Discord did not answer within ${TOKEN_CHECK_TIMEOUT_MS} ms.`);
    return withTimeout(TOKEN_CHECK_TIMEOUT_MS, tooLong, async (signal) => {
      const request = describeRequest(base, `${base}${Routes.user()}`, { method: 'GET', headers, signal });
      return (await attempt(client, request)).answer.status;
    });
  }

  function makeRequestAs(client: string): MakeRequest {
    return async (url, init) => {
      const signal = init.signal ?? undefined;
      // An aborted request must not wait again.
      signal?.throwIfAborted();
      const request = describeRequest(base, url, init);
      if (!request.isBots) return (await attempt(client, request)).answer;
      await token.waitForResult(signal);
      const { answer, sentAtMs } = await attempt(client, request);
      if (answer.status !== 401) return answer;
      await token.confirm(sentAtMs, () => fetchTokenStatus(client, request), signal);
      const { answer: second } = await attempt(client, request);
      if (second.status !== 401) return second;
      log.warn({ route: request.route }, 'request refused: 401 with a valid token');
      return toForbidden(second);
    };
  }

  return (client: string) =>
    ({
      offset: OFFSET_MS,
      makeRequest: makeRequestAs(client),
      rejectOnRateLimit({ method, url, retryAfter, scope }) {
        const { route, isCallback } = describeRequest(base, url, { method });
        // The type has only Discord's scopes, not that of our own `waitAnswer`.
        const isLogged = String(scope) !== OUR_SCOPE && retryAfter >= LOGGED_WAIT_MS;
        if (isLogged) log.warn({ route, waitMs: retryAfter }, 'long wait requested by Discord');
        // A callback that waits would be too late.
        return isCallback || retryAfter > LONGEST_WAIT_MS + OFFSET_MS;
      },
    }) satisfies Partial<RESTOptions>;
}
