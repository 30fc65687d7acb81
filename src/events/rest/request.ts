import type { RESTOptions } from 'discord.js';
import { SNOWFLAKE_FORM } from '../../snowflake.ts';

export type MakeRequest = RESTOptions['makeRequest'];
export type RequestInit = Parameters<MakeRequest>[1];
export type RestResponse = Awaited<ReturnType<MakeRequest>>;

/** A request as the rules about waiting see it. */
export interface OutgoingRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly method: string;
  /** Without the API's address and the query; holds the interaction's token. */
  readonly path: string;
  /** `PATCH /webhooks/:id/:token/messages/@original`: fit for the log, and the same for every id. */
  readonly route: string;
  /** An acknowledgement, which Discord takes within 3 s or not at all. */
  readonly isCallback: boolean;
  /** With the bot's token. */
  readonly isBots: boolean;
}

/** @param base the API's address with its version */
export function describeRequest(base: string, url: string, init: RequestInit): OutgoingRequest {
  const method = init.method ?? 'GET';
  const [encodedPath = ''] = url.slice(base.length).split('?');
  const path = decodeURIComponent(encodedPath);
  const pattern = path
    .replace(/^\/(webhooks|interactions)\/[^/]+\/[^/]+/, '/$1/:id/:token')
    .replaceAll(new RegExp(`/${SNOWFLAKE_FORM}(?=/|$)`, 'g'), '/:id');
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

/** The headers of a request by their names in small letters. */
export function headersOf({ headers }: RequestInit): Map<string, string> {
  // Safe: discord.js passes a plain object, and always with values.
  const entries = Object.entries((headers ?? {}) as Record<string, string>);
  return new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
