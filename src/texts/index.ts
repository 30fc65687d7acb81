import { en } from './en.ts';

/** Every text that people read in Discord. A language that lacks one doesn't compile. */
export type Texts = typeof en;

/** By the language subtag of Discord's locales. */
const LANGUAGES: Readonly<Record<string, Texts>> = { en };

/** The texts in a language, in English where there are none. @param locale of Discord, such as `en-GB` or `de` */
export function textsIn(locale: string): Texts {
  return LANGUAGES[locale.split('-')[0] ?? ''] ?? en;
}
