import type { FaultTarget } from './faults.ts';

/** The endpoint of a request; faults use the name in `target`. */
export interface Route {
  target: FaultTarget;
  method: 'GET' | 'POST';
  /** The model's slug, a request id or an image's file name. */
  subject: string;
}

const PATTERNS: readonly { target: FaultTarget; method: Route['method']; pattern: RegExp }[] = [
  { target: 'credits', method: 'GET', pattern: /^\/v1\/(get-user-credits)$/ },
  { target: 'status', method: 'GET', pattern: /^\/v2\/requests\/([^/]+)\/status$/ },
  { target: 'result', method: 'GET', pattern: /^\/v[12]\/requests\/([^/]+)$/ },
  { target: 'image', method: 'GET', pattern: /^\/outputs\/([0-9a-f-]+\.jpeg)$/ },
  { target: 'submit', method: 'POST', pattern: /^\/v2\/([^/]+)$/ },
  { target: 'v1', method: 'POST', pattern: /^\/v1\/([^/]+)$/ },
];

/** Finds the route of a path, for any method. */
export function routeOf(path: string): Route | undefined {
  for (const { target, method, pattern } of PATTERNS) {
    const subject = pattern.exec(path)?.[1];
    if (subject !== undefined) return { target, method, subject };
  }
  return undefined;
}
