import { TIME_STYLES } from '../../../discord/time-styles.ts';

const UNITS: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

/** A time as Discord's client shows it in that language and in the reader's time zone. @param style default `f` */
export function formatTime(atMs: number, style: string, { nowMs, locale }: { nowMs: number; locale: string }): string {
  if (style !== 'R') return new Intl.DateTimeFormat(locale, TIME_STYLES[style] ?? TIME_STYLES['f']).format(atMs);
  const seconds = Math.round((atMs - nowMs) / 1_000);
  const [size, unit] = UNITS.find(([least]) => Math.abs(seconds) >= least) ?? ([1, 'second'] as const);
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(seconds / size), unit);
}
