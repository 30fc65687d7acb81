import { createHash } from 'node:crypto';
import { DiscordAPIError } from 'discord.js';
import * as z from 'zod';
import { monotonicNow } from '../time.ts';
import type { MakeRequest, RestResponse } from './rest/request.ts';

const REFUSED: ReadonlySet<number> = new Set([401, 403, 404]);
const REMEMBERED_MS = 60_000;
/** The oldest are removed first. */
const MAX_REMEMBERED = 1_000;

const discordError = z.object({ code: z.number(), message: z.string() });

interface RememberedRefusal extends z.output<typeof discordError> {
  readonly status: number;
  readonly untilMs: number;
}

/**
 * Discord bans an IP address after 10,000 refusals in 10 minutes, and members decide how often the bot looks something up. So a
 * look-up that was refused throws the same refusal for a minute, without a request. A look-up is a GET, or a POST with the same body:
 * it opens direct messages, or tests whether the bot may write (real messages have different nonces). Only requests with the bot's
 * token are remembered: an interaction's token soon ends by itself.
 */
export function createRefusalMemory(): (makeRequest: MakeRequest) => MakeRequest {
  const refusals = new Map<string, RememberedRefusal>();
  return (makeRequest) => async (url, init) => {
    const key = lookupKey(url, init);
    if (key === undefined) return makeRequest(url, init);
    const known = refusals.get(key);
    if (known && known.untilMs > monotonicNow())
      throw new DiscordAPIError(known, known.code, known.status, init.method ?? 'GET', url, {});
    refusals.delete(key);
    const answer = await makeRequest(url, init);
    const { status } = answer;
    if (!REFUSED.has(status)) return answer;
    const text = await answer.text();
    refusals.set(key, { ...readError(text), status, untilMs: monotonicNow() + REMEMBERED_MS });
    const [oldest] = refusals.keys();
    if (refusals.size > MAX_REMEMBERED && oldest !== undefined) refusals.delete(oldest);
    return withBody(answer, text);
  };
}

/** The same for the same look-up of any client; undefined for requests that aren't look-ups. */
function lookupKey(url: string, { method = 'GET', headers, body }: Parameters<MakeRequest>[1]): string | undefined {
  // Safe cast: discord.js passes its headers as a plain object.
  if (!('Authorization' in (headers as Readonly<Record<string, string>>))) return undefined;
  if (method === 'GET') return url;
  if (method !== 'POST' || typeof body !== 'string') return undefined;
  return `${url} ${createHash('sha256').update(body).digest('base64')}`;
}

function readError(text: string): z.output<typeof discordError> {
  try {
    return discordError.parse(JSON.parse(text));
  } catch {
    return { code: 0, message: 'Refused, but not by Discord’s API' };
  }
}

/** The answer with its body, which was read, so that discord.js can read it again. */
function withBody({ headers, ok, status, statusText }: RestResponse, text: string): RestResponse {
  return {
    body: null,
    bodyUsed: false,
    headers,
    ok,
    status,
    statusText,
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
    json: async () => JSON.parse(text),
    text: async () => text,
  };
}
