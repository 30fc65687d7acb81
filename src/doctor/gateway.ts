import { WebSocket } from 'ws';
import { networkReasonOf } from '../system-errors.ts';
import { later } from '../time.ts';

/** Discord sends HELLO at once. */
const TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 500;
/** @see https://discord.com/developers/docs/events/gateway#hello-event */
const HELLO = 10;
const NETWORK = 'check the network and any firewall; a proxy for HTTP is not used here.';

/**
 * Opens the gateway as the bot does, waits for HELLO, and leaves without identifying, which would count as a start.
 * @returns what is wrong and what to do about it; undefined if nothing is
 */
export async function findGatewayTrouble(url: string): Promise<string | undefined> {
  const host = new URL(url).host;
  const socket = new WebSocket(`${url}?v=10&encoding=json`);
  try {
    return await new Promise((resolve) => {
      later(TIMEOUT_MS, () =>
        resolve(`The gateway ${host} is silent: no HELLO within ${TIMEOUT_MS / 1_000} s. Try again, then ${NETWORK}`),
      );
      socket.once('message', (data) => resolve(isHello(String(data)) ? undefined : notDiscord(host, 'no HELLO')));
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(notDiscord(host, `HTTP ${statusCode}`)));
      socket.once('close', (code) => resolve(`The gateway ${host} closed before HELLO (${code}): try again later.`));
      socket.on('error', (error) => resolve(describe(host, error)));
    });
  } finally {
    socket.close(1_000);
    // A server that doesn't answer doesn't answer a close either.
    later(CLOSE_TIMEOUT_MS, () => socket.terminate());
  }
}

function isHello(message: string): boolean {
  try {
    const payload: unknown = JSON.parse(message);
    return typeof payload === 'object' && payload !== null && 'op' in payload && payload.op === HELLO;
  } catch {
    return false;
  }
}

function notDiscord(host: string, answer: string): string {
  return `The gateway ${host} gives a wrong answer (${answer}): check DISCORD_API_URL and any proxy on the way, or try again later.`;
}

function describe(host: string, error: Error): string {
  const reason = networkReasonOf(error);
  const code = 'code' in error ? String(error.code) : '';
  // Node's codes for TLS and for what OpenSSL says of a certificate.
  if (/TLS|SSL|CERT|SIGNATURE|ISSUER|EPROTO/.test(code)) {
    return `The gateway ${host} can't be reached by TLS (${reason}): check the clock, and what looks into the traffic on the way.`;
  }
  return `The gateway ${host} can't be reached (${reason}): ${NETWORK}`;
}
