import { compileFilter } from './filter.ts';
import type { ModeratorRules } from './policy.ts';
import { defaultSettings, type Settings, settingsSchema } from './schema.ts';

/** Makes rules of settings. */
export function toRules(settings: Settings): ModeratorRules {
  return { settings, filter: compileFilter(settings.filterWords) };
}

/** The rules of a server whose moderators never changed any settings. */
export const defaultRules: ModeratorRules = toRules(defaultSettings);

/** The rules of direct messages, where there is no moderator: so many images per day (0 allows none), one job at a time. */
export function directMessageRules(imagesPerDay: number): ModeratorRules {
  return toRules(settingsSchema.parse({ limits: { everyone: { imagesPerDay, jobsAtOnce: 1 } } }));
}
