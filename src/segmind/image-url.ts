import { isLoopback } from '../loopback.ts';

/**
 * Whether an image may be fetched from, or linked to, this URL: its host is one of `imageHosts` (with the port, if any), and it is https,
 * plain http being for loopback hosts alone. Literal addresses are hosts like any other: not listed, not allowed.
 */
export function isAllowedImageUrl(url: string, imageHosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return false;
  // Parsing the entry like the URL makes `Host:443` and `host` the same.
  return imageHosts.some((entry) => {
    const allowed = `${protocol}//${entry}`;
    return URL.canParse(allowed) && new URL(allowed).host === host;
  });
}
