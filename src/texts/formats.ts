import { lazy } from '../lazy.ts';

/** What a day, an hour, a minute and a second have of the next smaller unit. */
const UNITS = [
  { unit: 'day', seconds: 86_400, within: Number.POSITIVE_INFINITY },
  { unit: 'hour', seconds: 3_600, within: 24 },
  { unit: 'minute', seconds: 60, within: 60 },
  { unit: 'second', seconds: 1, within: 60 },
] as const;

/** One text for each plural category that the language has; `other` for all that have none of their own. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/**
 * Numbers, money, durations and plurals as a language writes them. Each format is made when it is first used: together they take
 * 15 ms and 6 MiB.
 * @param locale a BCP 47 tag such as `en-US`
 */
export function formats(locale: string) {
  const numbers = lazy(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }));
  const decimals = lazy(() => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
  const cents = lazy(() => new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }));
  const exact = lazy(
    () => new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', minimumFractionDigits: 4 }),
  );
  const plurals = lazy(() => new Intl.PluralRules(locale));
  const ordinals = lazy(() => new Intl.PluralRules(locale, { type: 'ordinal' }));
  const months = lazy(() => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }));
  const alternatives = lazy(() => new Intl.ListFormat(locale, { type: 'disjunction' }));
  const conjunctions = lazy(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  const days = lazy(() => new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', timeZone: 'UTC' }));
  const compact = lazy(() => new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 3 }));
  const percents = lazy(() => new Intl.NumberFormat(locale, { style: 'percent' }));
  const duration = UNITS.map(({ unit, ...length }) => {
    const unitDisplay = unit === 'day' ? 'long' : 'short';
    const units = lazy(() => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }));
    // The symbol, as beside a render time: Intl has `11 sec` and `11s`.
    const write = (count: number) => (unit === 'second' ? `${numbers().format(count)} s` : units().format(count));
    return { ...length, write };
  });
  return {
    number: (value: number): string => numbers().format(value),

    /** With one decimal, such as `8.0`. */
    decimal: (value: number): string => decimals().format(value),
    /** As short as on a scale, such as `1.5K`. */
    compact: (value: number): string => compact().format(value),

    /** US$ to the cent, such as `$0.02`. What is less than half a cent, but something, isn't shown as nothing. */
    usd: (value: number): string => (value > 0 && value < 0.005 ? `<${cents().format(0.01)}` : cents().format(value)),

    /** US$ with four decimals, such as `$0.0172`; less than half of the last one isn't shown as nothing either. */
    usdExact: (value: number): string =>
      value > 0 && value < 0.00005 ? `<${exact().format(0.0001)}` : exact().format(value),

    /** A percentage, such as `80%` for 80. */
    percent: (value: number): string => percents().format(value / 100),

    /** Whole seconds, such as `1 hr 30 min` or `11 s`. */
    duration(seconds: number): string {
      const parts = duration.map(({ seconds: length, within, write }) => {
        const count = Math.floor(seconds / length) % within;
        return count > 0 ? write(count) : '';
      });
      return parts.filter(Boolean).join(' ') || (duration.at(-1)?.write(0) ?? '');
    },

    /** One of several, such as `a, b, or c`. */
    anyOf: (items: readonly string[]): string => alternatives().format(items),

    /** Several together, such as `a, b, and c`. */
    allOf: (items: readonly string[]): string => conjunctions().format(items),

    /** A month such as `2026-11` by its name. */
    month: (month: string): string => months().format(new Date(`${month}-01T00:00:00Z`)),

    /** A UTC day such as `2026-11-22` in its year, as `November 22`. */
    dayOfYear: (day: string): string => days().format(new Date(day)),

    /** The form of a text that goes with a number. */
    plural: (count: number, forms: PluralForms): string => forms[plurals().select(count)] ?? forms.other,

    /** A number with a noun, such as `3 images`. */
    counted: (count: number, forms: PluralForms): string =>
      `${numbers().format(count)} ${forms[plurals().select(count)] ?? forms.other}`,

    /** A number's place in an order, such as `4th`; the forms are what follows the number. */
    ordinal: (count: number, suffixes: PluralForms): string =>
      `${numbers().format(count)}${suffixes[ordinals().select(count)] ?? suffixes.other}`,
  };
}
