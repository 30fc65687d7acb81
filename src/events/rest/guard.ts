import { DefaultRestOptions, type RESTOptions, Routes } from 'discord.js';
import type { FatalError } from '../../fatal.ts';
import type { Log } from '../../log.ts';
import { monotonicNow, withTimeout } from '../../time.ts';
import { OUR_SCOPE, readFully, readRateLimit, toForbidden, waitAnswer } from './answers.ts';
import { describeRequest, headersOf, type MakeRequest, type OutgoingRequest, type RestResponse } from './request.ts';
import { RestHolds } from './rest-holds.ts';
import { TokenCheck } from './token-check.ts';

/** What discord.js adds to every wait: clocks differ. */
const OFFSET_MS = 50;
/** Longer waits reject: what waits may have another way, or end before. */
const LONGEST_WAIT_MS = 60_000;
/** Waits from this on are logged. */
const LOGGED_WAIT_MS = 5_000;
const QUESTION_TIMEOUT_MS = 10_000;

export interface RestGuardParts {
  /** Without a version. */
  readonly apiUrl: string;
  /** Awaited before each request is sent; one that it throws for is not sent. */
  readonly beforeRequest: () => Promise<void>;
  /** Told of each answer of Discord's: by which client, the method and the status. */
  readonly onAnswer: (client: string, method: string, status: number) => void;
  /** Told whenever everything is held back, and the route whose answer was the reason. */
  readonly onBlock: (route: string) => void;
  /** Told when Discord does not know the bot's token any more. */
  readonly onFatal: (error: FatalError) => void;
  readonly log: Log;
}

/**
 * What stands between Discord's REST API and all clients of this process, as options of theirs. discord.js sends again at once
 * after a 429 without a usable `Retry-After`, and forgets its token at the first 401: it never sees either.
 * @returns the options of a client, by the name that its answers are counted under
 */
export function createRestGuard(parts: RestGuardParts) {
  const { log } = parts;
  const base = `${parts.apiUrl}/v${DefaultRestOptions.version}`;
  const holds = new RestHolds();
  const token = new TokenCheck(parts);

  /** Sends the request, or answers in Discord's place that it has to wait. */
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

  /** Notes who has to wait, and makes an answer of it that discord.js waits for. */
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
    if (isGlobal) holds.holdBots(waitMs);
    else holds.holdRoute(request, waitMs);
    return waitAnswer(waitMs, answer.headers.get('x-ratelimit-scope') ?? 'user');
  }

  /** Asks who the bot is, with the token of this request. */
  function fetchTokenStatus(client: string, { init }: OutgoingRequest): Promise<number> {
    const given = headersOf(init);
    const headers = Object.fromEntries(['authorization', 'user-agent'].map((name) => [name, given.get(name) ?? '']));
    const tooLong = () => new Error(`Discord did not answer within ${QUESTION_TIMEOUT_MS} ms.`);
    return withTimeout(QUESTION_TIMEOUT_MS, tooLong, async (signal) => {
      const request = describeRequest(base, `${base}${Routes.user()}`, { method: 'GET', headers, signal });
      return (await attempt(client, request)).answer.status;
    });
  }

  function makeRequestAs(client: string): MakeRequest {
    return async (url, init) => {
      const signal = init.signal ?? undefined;
      // A request that was called off while it waited would wait again.
      signal?.throwIfAborted();
      const request = describeRequest(base, url, init);
      if (!request.isBots) return (await attempt(client, request)).answer;
      await token.waitForResult(signal);
      const { answer, sentAtMs } = await attempt(client, request);
      if (answer.status !== 401) return answer;
      await token.confirm(sentAtMs, () => fetchTokenStatus(client, request), signal);
      const { answer: second } = await attempt(client, request);
      if (second.status !== 401) return second;
      log.warn({ route: request.route }, 'request refused with 401 although the token is valid');
      return toForbidden(second);
    };
  }

  return (client: string) =>
    ({
      offset: OFFSET_MS,
      makeRequest: makeRequestAs(client),
      rejectOnRateLimit({ method, url, retryAfter, scope }) {
        const { route, isCallback } = describeRequest(base, url, { method });
        // The type has Discord's scopes alone; this one is what `waitAnswer` said.
        const isLogged = String(scope) !== OUR_SCOPE && retryAfter >= LOGGED_WAIT_MS;
        if (isLogged) log.warn({ route, waitMs: retryAfter }, 'Discord asks for a long wait');
        // A callback that waits comes too late anyway.
        return isCallback || retryAfter > LONGEST_WAIT_MS + OFFSET_MS;
      },
    }) satisfies Partial<RESTOptions>;
}
