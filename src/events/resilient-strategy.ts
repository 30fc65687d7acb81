import { SimpleShardingStrategy, type WebSocketOptions } from 'discord.js';

/** discord.js's manager of the shards. */
export type GatewayManager = Parameters<NonNullable<WebSocketOptions['buildStrategy']>>[0];

/**
 * Connects shards as discord.js does, but survives errors before the first READY. With such an error, discord.js ends the login and
 * forgets its token, although the shard itself keeps connecting: a second login would then lead to two connections for one shard.
 */
export class ResilientStrategy extends SimpleShardingStrategy {
  readonly #manager: GatewayManager;

  constructor(manager: GatewayManager) {
    super(manager);
    this.#manager = manager;
  }

  /** Resolves when all shards have been ready; never after a fatal close, whose listener ends the process. */
  override async connect(): Promise<void> {
    const missing = new Set(await this.#manager.getShardIds());
    const allReady = new Promise<void>((resolve) => {
      const onReady = ({ shardId }: { shardId: number }) => {
        missing.delete(shardId);
        if (missing.size > 0) return;
        this.#manager.off('ready', onReady);
        resolve();
      };
      this.#manager.on('ready', onReady);
    });
    // The gateway log has the reason.
    await super.connect().catch(() => allReady);
  }
}
