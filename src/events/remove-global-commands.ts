import { ApplicationCommandType, REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { removeCommands } from './remove-commands.ts';

const applicationSchema = z.looseObject({ id: z.string() });

/**
 * Removes our global commands. Admins' settings for them are lost for good.
 * @returns their names as members see them
 * @throws the error of a failed request
 */
export async function removeGlobalCommands(config: Pick<Config['discord'], 'token' | 'apiUrl'>): Promise<string[]> {
  const rest = new REST({ api: config.apiUrl, retries: 0 }).setToken(config.token);
  const { id } = applicationSchema.parse(await rest.get(Routes.currentApplication()));
  const removed = await removeCommands(rest, { applicationId: id, guildId: undefined });
  return removed.map(({ type, name }) => (type === ApplicationCommandType.ChatInput ? `/${name}` : name));
}
