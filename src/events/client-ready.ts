import { type Client, Events } from 'discord.js';
import type { Log } from '../log.ts';
import { registerCommands } from './register-commands.ts';

/** Once at the start: says that the bot is there, and registers its commands. */
export function createReadyListener(parts: { log: Log; guildId: string | undefined }) {
  return {
    event: Events.ClientReady as const,
    async listener(client: Client<true>): Promise<void> {
      const shards = client.options.shardCount;
      parts.log.info({ user: client.user.tag, application: client.application.id, shards }, 'ready');
      await registerCommands(client.rest, { applicationId: client.application.id, ...parts });
    },
  };
}
