import { Routes } from 'discord.js';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { createConnection } from './connection.ts';
import { removeCommands } from './remove-commands.ts';

const applicationSchema = z.looseObject({ id: z.string() });

/**
 * Removes our global commands, with what admins have set for them, which can't be brought back.
 * @returns their names
 * @throws what Discord answers, or that it doesn't
 */
export async function removeGlobalCommands(config: Config['discord']): Promise<string[]> {
  const { botRest } = createConnection(config);
  const { id } = applicationSchema.parse(await botRest.get(Routes.currentApplication()));
  return removeCommands(botRest, { applicationId: id, guildId: undefined });
}
