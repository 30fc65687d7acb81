import { isLoopback } from '../loopback.ts';

/**
 * Whether an image may be fetched from, or linked to, this URL: its host is one of `imageHosts` (with the port, if any), and it is https;
 * http is only for loopback hosts. IP addresses are hosts like any other.
 */
export function isAllowedImageUrl(url: string, imageHosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return false;
  // Parsed like the URL, so that `Host:443` and `host` are the same.
  return imageHosts.some((entry) => {
    const allowed = `${protocol}//${entry}`;
    return URL.canParse(allowed) && new URL(allowed).host === host;
  });
}
