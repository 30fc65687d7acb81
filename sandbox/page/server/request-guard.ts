import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request comes from this machine's own page: a foreign `Host` is a name that was pointed at this machine (DNS rebinding),
 * a foreign `Origin` another site that is open in the same browser. A browser sends no `Origin` for an image or a link of
 * another site, but says so in `Sec-Fetch-Site`.
 */
export function isOwnRequest(headers: IncomingHttpHeaders, port: number): boolean {
  const { host, origin } = headers;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !hosts.includes(host)) return false;
  if (headers['sec-fetch-site'] === 'cross-site') return false;
  return origin === undefined || hosts.some((own) => origin === `http://${own}`);
}
