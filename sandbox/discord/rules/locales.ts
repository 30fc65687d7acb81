import { AvailableLocalesEnumSchema } from 'discord-api-spec/zod';

type Localizations = Record<string, string> | null | undefined;

export interface Localized {
  name_localizations?: Localizations;
  description_localizations?: Localizations;
}

/** Says which keys of the translations are no locales of Discord. */
export function checkLocales(localized: Localized, path: string): string[] {
  return (['name_localizations', 'description_localizations'] as const).flatMap((key) =>
    Object.keys(localized[key] ?? {})
      .filter((locale) => !AvailableLocalesEnumSchema.safeParse(locale).success)
      .map((locale) => `${path}${key}.${locale}: Discord has no such locale`),
  );
}
