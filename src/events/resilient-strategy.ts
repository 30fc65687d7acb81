import { SimpleShardingStrategy, type WebSocketOptions } from 'discord.js';

/** What connects and holds the shards. */
export type GatewayManager = Parameters<NonNullable<WebSocketOptions['buildStrategy']>>[0];

/**
 * Connects shards as discord.js does, but outlasts errors before the first READY. discord.js takes one for the end of the login and
 * forgets its token, while the shard itself goes on: a second login would then leave two connections for one shard.
 */
export class ResilientStrategy extends SimpleShardingStrategy {
  readonly #manager: GatewayManager;

  constructor(manager: GatewayManager) {
    super(manager);
    this.#manager = manager;
  }

  /** Resolves when all shards have been ready. After a close that is fatal it never does; the listener for those ends the process. */
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
    // Why a shard has failed is in the log already.
    await super.connect().catch(() => allReady);
  }
}
