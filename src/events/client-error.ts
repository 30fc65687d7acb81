import { Events } from 'discord.js';
import type { Log } from '../log.ts';

/** What discord.js reports beside any one interaction. Without a listener it would end the process. */
export function createErrorListener(log: Log) {
  return {
    event: Events.Error as const,
    listener(error: Error): void {
      log.error({ err: error }, 'discord.js reports an error');
    },
  };
}
