import * as z from 'zod';
import type { RestResponse } from './request.ts';

/** Marks waits that are ours, which are already logged. */
export const OUR_SCOPE = 'timeless';
/** Discord's header has whole seconds, so that a shorter wait can't be meant. */
const SHORTEST_WAIT_MS = 1_000;

const rateLimitBody = z.looseObject({ retry_after: z.number().positive(), global: z.boolean().catch(false) });

/** How long a 429 asks to wait, and for which requests. */
export interface RateLimit {
  /** From the header that discord.js reads; undefined without one: then discord.js would retry at once. */
  readonly waitMs: number | undefined;
  /** From the body, which discord.js doesn't read; 0 without one. */
  readonly bodyWaitMs: number;
  /** For all requests with the bot's token. */
  readonly isGlobal: boolean;
  /** Whether a proxy in front of Discord has answered, usually with a page: it blocks our IP address for all routes. */
  readonly isFromEdge: boolean;
}

/**
 * The answer with its body read to the end: discord.js ignores the body of a 429 or 5xx, and an unread body keeps its connection
 * open.
 */
export async function readFully(answer: RestResponse): Promise<RestResponse> {
  if (answer.status < 400 || answer.status > 599) return answer;
  // A 429 whose body is cut off is still a refusal.
  const body = await answer.arrayBuffer().catch((error: unknown) => {
    if (answer.status === 429) return new ArrayBuffer(0);
    throw error;
  });
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers: [...answer.headers] });
}

/** Reads a 429 whose body was read to the end. */
export async function readRateLimit(answer: RestResponse): Promise<RateLimit> {
  const { headers } = answer;
  const body = await answer.text();
  const json = parseJson(body);
  const { retry_after: bodySeconds = 0, global = false } = rateLimitBody.safeParse(json).data ?? {};
  const seconds = Number(headers.get('retry-after'));
  const hasBucket = [...headers.keys()].some((name) => name.startsWith('x-ratelimit-'));
  const isGlobal = global || headers.has('x-ratelimit-global') || headers.get('x-ratelimit-scope') === 'global';
  return {
    waitMs: seconds > 0 && Number.isFinite(seconds) ? Math.max(SHORTEST_WAIT_MS, seconds * 1_000) : undefined,
    bodyWaitMs: bodySeconds * 1_000,
    isGlobal,
    isFromEdge: body !== '' && json === undefined && !hasBucket,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A 429 that discord.js understands: it retries after the wait, and doesn't count it as a failure. */
export function waitAnswer(waitMs: number, scope: string): RestResponse {
  return new Response(null, {
    status: 429,
    headers: { 'Retry-After': String(waitMs / 1_000), 'X-RateLimit-Scope': scope },
  });
}

/** The same answer as a 403, which is about this route only: at a 401, discord.js would forget its token for good. */
export async function toForbidden(answer: RestResponse): Promise<RestResponse> {
  return new Response(await answer.arrayBuffer(), { status: 403, headers: [...answer.headers] });
}
