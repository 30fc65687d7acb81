import { AvailableLocalesEnumSchema } from 'discord-api-spec/zod';

type Localizations = Record<string, string> | null | undefined;

export interface Localized {
  name_localizations?: Localizations;
  description_localizations?: Localizations;
}

/** Lists the translations whose keys aren't locales of Discord. */
export function checkLocales(localized: Localized, path: string): string[] {
  return (['name_localizations', 'description_localizations'] as const).flatMap((key) =>
    Object.keys(localized[key] ?? {})
      .filter((locale) => !AvailableLocalesEnumSchema.safeParse(locale).success)
      .map((locale) => `${path}${key}.${locale}: Discord has no such locale`),
  );
}
