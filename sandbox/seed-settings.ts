import { settingsSchema } from '../src/settings/schema.ts';
import { SettingsStore } from '../src/settings/store.ts';
import { openDatabase } from '../src/storage/database.ts';

const MODERATOR_ID = '100000000000000000';

/** Settings without limits for anyone. */
export const UNLIMITED = { limits: { everyone: { imagesPerDay: -1, jobsAtOnce: -1 } } };

/** Environment settings without operator budgets or a direct message limit. */
export const UNLIMITED_ENV = {
  BUDGET_USD_PER_DAY: '-1',
  GUILD_BUDGET_USD_PER_DAY: '-1',
  DM_IMAGES_PER_DAY: '100000',
};

/**
 * Stores a server's settings in a bot's database, as if its moderators had set them before the bot was started.
 * @param settings only the values that differ from the defaults
 */
export async function seedSettings(databaseUrl: string, guildId: string, settings: object): Promise<void> {
  const database = await openDatabase(databaseUrl);
  await new SettingsStore(database).change(guildId, MODERATOR_ID, () => settingsSchema.parse(settings));
  await database.close();
}
