import { type Client, Status } from 'discord.js';

/** Whether every connection to the gateway is ready. `client.isReady()` stays true while one is lost. */
export function isGatewayReady({ ws }: Client): boolean {
  return ws.shards.size > 0 && ws.shards.every(({ status }) => status === Status.Ready);
}
