import { invalidForm } from './errors.ts';
import type { Bucket } from './rate-limits.ts';
import type { UploadedFile } from './types.ts';

export interface RouteRequest {
  method: string;
  path: string;
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
  files: readonly UploadedFile[];
}

export interface RouteResponse {
  status: number;
  body?: unknown;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Such as `/channels/:channel/messages`; each value of the first parameter has its own rate limit. */
  path: string;
  /** `bot` needs the header `Authorization: Bot <token>`; `token` needs an interaction token in the path. */
  authorization: 'bot' | 'token';
  bucket: Bucket;
  handle(request: RouteRequest): RouteResponse;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Creates the function that finds the route of a request; it returns `undefined` for an unknown one. */
export function router(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return (method, path) => {
    const given = path.split('/');
    for (const { route, segments } of compiled) {
      if (route.method !== method || segments.length !== given.length) continue;
      const params = match(segments, given);
      if (params) return { route, params };
    }
    return undefined;
  };
}

/** Reads a parameter of the route's path. */
export function param(request: RouteRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}

/** Reads a parameter that must be an id. @throws ApiError 50035 when it isn't one */
export function snowflakeParam(request: RouteRequest, name: string): string {
  const value = param(request, name);
  if (!/^\d{17,19}$/.test(value)) throw invalidForm([`${name}_id: Value "${value}" is not snowflake.`]);
  return value;
}

function match(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':') && value !== '') params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}
