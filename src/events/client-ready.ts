import { type Client, Events } from 'discord.js';
import type { Log } from '../log.ts';
import { ownShardsOf } from './own-shards.ts';
import { registerCommands } from './register-commands.ts';

/** Once at the start: says that the bot is there, and registers its commands where this process has shard 0. */
export function createReadyListener(parts: { log: Log; guildId: string | undefined }) {
  return {
    event: Events.ClientReady as const,
    async listener(client: Client<true>): Promise<void> {
      const own = ownShardsOf(client);
      const facts = { user: client.user.tag, application: client.application.id, shards: own?.ids, of: own?.count };
      parts.log.info(facts, 'ready');
      if (own?.ids.includes(0)) {
        await registerCommands(client.rest, { applicationId: client.application.id, ...parts });
      }
    },
  };
}
