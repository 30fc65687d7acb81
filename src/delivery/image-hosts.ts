import { RouteBases } from 'discord.js';
import { isLoopback } from '../loopback.ts';

/** The hosts of Discord's files. @param apiUrl on this machine it is a stand-in, which serves the files itself */
export function discordImageHosts(apiUrl: string): string[] {
  const { host, hostname } = new URL(apiUrl);
  const hosts = [RouteBases.cdn, RouteBases.media].map((base) => new URL(base).host);
  return isLoopback(hostname) ? [...hosts, host] : hosts;
}
