import type { IncomingHttpHeaders } from 'node:http';

/** A rule of Segmind's that the bot broke, even if the real service might not say so. */
export interface Violation {
  readonly atMs: number;
  readonly rule: string;
  readonly detail: string;
}

/** Checks the request for an image. Images are public, and their host, which may not be Segmind's, must never see the API key. */
export function imageViolation(url: string, headers: IncomingHttpHeaders, apiKey: string): Violation | undefined {
  const carriers = Object.keys(headers).filter(
    (name) => name === 'x-api-key' || name === 'authorization' || String(headers[name]).includes(apiKey),
  );
  if (url.includes(apiKey)) carriers.push('address');
  if (carriers.length === 0) return undefined;
  const [path] = url.split('?');
  return { atMs: Date.now(), rule: 'image without key', detail: `${path} was fetched with a key (${carriers})` };
}
