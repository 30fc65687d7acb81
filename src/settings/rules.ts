import { compileFilter } from './filter.ts';
import type { ModeratorRules } from './policy.ts';
import { defaultSettings, type Settings, settingsSchema } from './schema.ts';

/** Makes settings ready to be asked. */
export function toRules(settings: Settings): ModeratorRules {
  return { settings, filter: compileFilter(settings.filterWords) };
}

/** Those of a server whose moderators never set anything. */
export const defaultRules: ModeratorRules = toRules(defaultSettings);

/** What holds in direct messages, where there is no moderator: so many images a day (0 is none), one job at a time. */
export function directMessageRules(imagesPerDay: number): ModeratorRules {
  return toRules(settingsSchema.parse({ limits: { everyone: { imagesPerDay, jobsAtOnce: 1 } } }));
}
