import { Events } from 'discord.js';
import type { Log } from '../log.ts';

/** Logs errors of discord.js that belong to no interaction. Without a listener they would end the process. */
export function createErrorListener(log: Log) {
  return {
    event: Events.Error as const,
    listener(error: Error): void {
      log.error({ err: error }, 'discord.js error');
    },
  };
}
