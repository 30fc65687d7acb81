import type { Client } from 'discord.js';
import type { CommandContext } from '../commands/command.ts';
import { handlers } from '../commands/index.ts';
import type { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import { createErrorListener } from './client-error.ts';
import { createReadyListener } from './client-ready.ts';
import type { RegisteredGuilds } from './command-registration.ts';
import { logGateway } from './gateway-log.ts';
import { createInteractionListener } from './interaction-create.ts';
import { InvokerCache } from './invoker-cache.ts';
import { ResilientStrategy } from './resilient-strategy.ts';
import { createDisconnectListener } from './shard-disconnect.ts';

interface ListenerParts {
  readonly context: CommandContext;
  /** The only server in which commands are registered; undefined: all. */
  readonly guildId: string | undefined;
  readonly guilds: RegisteredGuilds;
  readonly onFatal: (error: FatalError) => void;
  /** Called with the server of each interaction. */
  readonly onUse: (guildId: string) => void;
  readonly log: Log;
  /** Aborts when the bot stops. */
  readonly signal: AbortSignal;
}

/** Adds all listeners of Discord's events. */
export function listen(client: Client, { context, guildId, guilds, onFatal, onUse, log, signal }: ListenerParts): void {
  const invokers = new InvokerCache();
  const ready = createReadyListener({ guildId, guilds, log, signal });
  const interactionCreate = createInteractionListener(handlers, context, invokers, onUse);
  const clientError = createErrorListener(log);
  const shardDisconnect = createDisconnectListener(onFatal);
  client.options.ws = {
    ...client.options.ws,
    buildStrategy(manager) {
      logGateway(manager, log, signal);
      return new ResilientStrategy(manager);
    },
  };
  client.on(invokers.event, invokers.listener);
  client.once(ready.event, ready.listener);
  client.on(interactionCreate.event, interactionCreate.listener);
  client.on(clientError.event, clientError.listener);
  client.on(shardDisconnect.event, shardDisconnect.listener);
}
