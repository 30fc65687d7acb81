import { z } from 'zod';
import type { RestResponse } from './request.ts';

/** Marks waits that are ours: the log has told of them already. */
export const OUR_SCOPE = 'timeless';
/** No wait that Discord names is taken for shorter: the header has whole seconds. */
const SHORTEST_WAIT_MS = 1_000;

const rateLimitBody = z.looseObject({ retry_after: z.number().positive(), global: z.boolean().catch(false) });

/** How long an answer of 429 asks to wait, and who. */
export interface RateLimit {
  /** By a header that discord.js can read; undefined without one, and then it would ask again at once. */
  readonly waitMs: number | undefined;
  /** By the body, which discord.js doesn't read; 0 without one. */
  readonly bodyWaitMs: number;
  /** Holds for everything with the bot's token. */
  readonly isGlobal: boolean;
  /** Something in front of Discord has answered, a page as a rule: it blocks the address, whatever the route. */
  readonly isFromEdge: boolean;
}

/**
 * The answer with its body read to the end: discord.js drops the body of a 429 or 5xx, and a body that nobody reads keeps its
 * connection open.
 */
export async function readFully(answer: RestResponse): Promise<RestResponse> {
  if (answer.status < 400 || answer.status > 599) return answer;
  // What breaks off in mid-body has still been refused.
  const body = await answer.arrayBuffer().catch((error: unknown) => {
    if (answer.status === 429) return new ArrayBuffer(0);
    throw error;
  });
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers: [...answer.headers] });
}

/** Reads a drained answer of 429. */
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

/** An answer of 429 that discord.js understands: it asks again after the wait, which it doesn't count as a failure. */
export function waitAnswer(waitMs: number, scope: string): RestResponse {
  return new Response(null, {
    status: 429,
    headers: { 'Retry-After': String(waitMs / 1_000), 'X-RateLimit-Scope': scope },
  });
}

/** The same refusal as one of this route alone. discord.js would forget its token for good at a 401. */
export async function toForbidden(answer: RestResponse): Promise<RestResponse> {
  return new Response(await answer.arrayBuffer(), { status: 403, headers: [...answer.headers] });
}
