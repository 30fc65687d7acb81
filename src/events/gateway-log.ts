import type { Log } from '../log.ts';
import type { GatewayManager } from './resilient-strategy.ts';
import { ShardLog } from './shard-log.ts';

/**
 * Logs the events of the gateway connections: discord.js reconnects silently.
 * @param signal aborts when the bot stops, which closes them on purpose
 */
export function logGateway(manager: GatewayManager, log: Log, signal: AbortSignal): void {
  const shards = new Map<number, ShardLog>();
  const shardLog = (shardId: number): ShardLog => {
    const known = shards.get(shardId) ?? new ShardLog(shardId, log, signal);
    shards.set(shardId, known);
    return known;
  };
  // Only a debug message shows that a shard begins to connect.
  manager.on('debug', ({ shardId }) => shardLog(shardId));
  manager.on('hello', ({ shardId }) => shardLog(shardId).helloReceived());
  manager.on('ready', ({ shardId }) => shardLog(shardId).recovered('connected'));
  manager.on('resumed', ({ shardId }) => shardLog(shardId).recovered('resumed'));
  manager.on('error', ({ error, shardId }) => shardLog(shardId).failed(error));
  manager.on('closed', ({ code, shardId }) => shardLog(shardId).closed(code));
}
