import type { Client } from 'discord.js';
import type { CommandContext } from '../commands/command.ts';
import type { FatalError } from '../fatal.ts';
import type { Log } from '../log.ts';
import { createErrorListener } from './client-error.ts';
import { createReadyListener } from './client-ready.ts';
import { createInteractionListener } from './interaction-create.ts';
import { Presses } from './presses.ts';
import { createDisconnectListener } from './shard-disconnect.ts';

interface ListenerParts {
  readonly context: CommandContext;
  /** The only server in which commands are registered; undefined: all. */
  readonly guildId: string | undefined;
  readonly onFatal: (error: FatalError) => void;
  /** Told of a server whenever somebody there has used the bot. */
  readonly onUse: (guildId: string) => void;
  readonly log: Log;
}

/** Lets the bot hear everything that it listens to. */
export function listen(client: Client, { context, guildId, onFatal, onUse, log }: ListenerParts): void {
  const presses = new Presses();
  const ready = createReadyListener({ log, guildId });
  const interactionCreate = createInteractionListener(context, presses, onUse);
  const clientError = createErrorListener(log);
  const shardDisconnect = createDisconnectListener(onFatal);
  client.on(presses.event, presses.listener);
  client.once(ready.event, ready.listener);
  client.on(interactionCreate.event, interactionCreate.listener);
  client.on(clientError.event, clientError.listener);
  client.on(shardDisconnect.event, shardDisconnect.listener);
}
