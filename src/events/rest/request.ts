import type { RESTOptions } from 'discord.js';
import { SNOWFLAKE_FORM } from '../../snowflake.ts';

export type MakeRequest = RESTOptions['makeRequest'];
export type RequestInit = Parameters<MakeRequest>[1];
export type RestResponse = Awaited<ReturnType<MakeRequest>>;

/** What the guard needs to know about a request. */
export interface OutgoingRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly method: string;
  /** Without the API's address and the query; may contain an interaction's token. */
  readonly path: string;
  /** Such as `PATCH /webhooks/:id/:token/messages/@original`: safe for the log, and the same for every id. */
  readonly route: string;
  /** Whether it is an acknowledgement, which Discord accepts within 3 s only. */
  readonly isCallback: boolean;
  /** Whether it has the bot's token. */
  readonly isBots: boolean;
}

const ID = new RegExp(`/${SNOWFLAKE_FORM}(?=/|$)`, 'g');

/** @param base the API's address with its version */
export function describeRequest(base: string, url: string, init: RequestInit): OutgoingRequest {
  const method = init.method ?? 'GET';
  const [encodedPath = ''] = url.slice(base.length).split('?');
  const path = decodeURIComponent(encodedPath);
  const pattern = path.replace(/^\/(webhooks|interactions)\/[^/]+\/[^/]+/, '/$1/:id/:token').replaceAll(ID, '/:id');
  return {
    url,
    init,
    method,
    path,
    route: `${method} ${pattern}`,
    isCallback: /^\/interactions\/:id\/:token\/callback$/.test(pattern),
    isBots: headersOf(init).has('authorization'),
  };
}

/** The headers of a request by their lower-case names. */
export function headersOf({ headers }: RequestInit): Map<string, string> {
  // Safe cast: discord.js passes a plain object of strings.
  const entries = Object.entries((headers ?? {}) as Record<string, string>);
  return new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
