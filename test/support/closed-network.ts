import { isIPv4, Socket } from 'node:net';
import { afterEach } from 'vitest';

/** Closes the network in tests: a connection to another machine throws, and fails the test even if that error is caught. */

const refused: string[] = [];
const connect = Socket.prototype.connect;

function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  return address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

/** The host in the arguments of `connect`; undefined if it stays on this machine: no host, or the path of a socket. */
function findHost(args: readonly unknown[]): string | undefined {
  const [first, second] = args;
  // net.connect passes its arguments as one normalized array.
  if (Array.isArray(first)) return findHost(first);
  if (typeof first === 'object' && first !== null)
    return 'host' in first && first.host ? String(first.host) : undefined;
  return typeof second === 'string' ? second : undefined;
}

Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const host = findHost(args);
  if (host !== undefined && !isLoopback(host)) {
    refused.push(host);
    throw new Error(`The network is closed in tests: ${host}`);
  }
  return Reflect.apply(connect, this, args);
};

/** Returns the hosts that this test tried to reach, and clears the list. */
export function takeRefusedHosts(): string[] {
  return refused.splice(0);
}

afterEach(() => {
  const hosts = takeRefusedHosts();
  if (hosts.length > 0)
    throw new Error(`The test tried to connect to ${hosts.join(', ')}, and the network is closed in tests`);
});
