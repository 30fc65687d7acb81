import * as z from 'zod';
import { presetSchema } from '../styles/preset.ts';
import { STYLE_LIMITS, styleSchema } from '../styles/style.ts';

/** What members save for themselves, in all servers. Keys that only a newer release knows are kept. */
export const preferencesSchema = z
  .looseObject({
    defaults: presetSchema.prefault({}),
    /** Whether images are private in servers when the member doesn't say. */
    isPrivate: z.boolean().exactOptional(),
    /** Each has a name of its own. */
    styles: z.array(styleSchema).max(STYLE_LIMITS.stylesPerOwner).default([]).readonly(),
  })
  .readonly();

export type Preferences = z.output<typeof preferencesSchema>;

/** Those of a member who never saved any. */
export const NO_PREFERENCES: Preferences = preferencesSchema.parse({});

export function isEmpty({ defaults, isPrivate, styles }: Preferences): boolean {
  return Object.keys(defaults).length === 0 && isPrivate === undefined && styles.length === 0;
}
