import { type Client, Events } from 'discord.js';
import { inviteUrl } from '../invite.ts';
import { type RegistrationSettings, setUpCommands } from './command-registration.ts';
import { ownShardsOf } from './own-shards.ts';

/**
 * Once at the start: logs that the bot is ready. The process with shard 0 also registers the commands and logs the invite
 * address, at the first failure already: the bot may have to be invited before Discord accepts the commands.
 */
export function createReadyListener(settings: RegistrationSettings) {
  return {
    event: Events.ClientReady as const,
    async listener(client: Client<true>): Promise<void> {
      const own = ownShardsOf(client);
      const facts = { user: client.user.tag, application: client.application.id, shards: own?.ids, of: own?.count };
      settings.log.info(facts, 'ready');
      if (!own?.ids.includes(0)) return;
      let isInviteLogged = false;
      const logInvite = () => {
        if (isInviteLogged) return;
        isInviteLogged = true;
        settings.log.info({ user: client.user.tag, invite: inviteUrl(client.application.id) }, 'invite address');
      };
      try {
        await setUpCommands(client.rest, client.application.id, { ...settings, onFailure: logInvite });
        logInvite();
      } catch (error) {
        if (!settings.signal.aborted) throw error;
      }
    },
  };
}
