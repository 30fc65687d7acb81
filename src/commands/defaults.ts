import type { Lowered } from '../jobs/job.ts';
import { type GenerationParameters, PARAMETERS, SAMPLING_LIST, type SamplingName } from '../segmind/parameters.ts';
import { effectiveLimit } from '../settings/effective-limit.ts';
import { megapixelsOf } from '../settings/estimate.ts';
import { limitOn } from '../settings/limits.ts';
import type { Preferences } from '../settings/preferences.ts';
import type { Settings } from '../settings/schema.ts';
import type { Preset } from '../styles/preset.ts';
import { SIZES } from './sizes.ts';

/** What is painted for a member who says nothing of it. */
export type Defaults = Pick<GenerationParameters, 'width' | 'height' | SamplingName>;

/** Whether a member's images are private when they don't say. Nobody else reads direct messages. */
export function isPrivateByDefault({ isPrivate }: Preferences, guildId: string | undefined): boolean {
  return guildId !== undefined && isPrivate === true;
}

/** The sides of the default size, or in the same proportion as much of them as the limit has room for. */
function clipSize(size: { width: number; height: number }, maxMegapixels: number): { width: number; height: number } {
  const { min, multipleOf } = PARAMETERS.width;
  const scale = Math.min(1, Math.sqrt(maxMegapixels / megapixelsOf(size)));
  const side = (pixels: number) => Math.max(min, Math.floor((pixels * scale) / multipleOf) * multipleOf);
  return { width: side(size.width), height: side(size.height) };
}

/** The wanted value of one parameter, or else Segmind's default, within the limit if there is one. */
function samplingValueOf(
  parameter: (typeof SAMPLING_LIST)[number],
  wanted: string | number | undefined,
  settings: Settings,
  roleIds: readonly string[],
): string | number {
  if (parameter.kind === 'choice') return parameter.choices.find((allowed) => allowed === wanted) ?? parameter.default;
  const limit = limitOn(parameter.name);
  const number = typeof wanted === 'number' ? wanted : parameter.default;
  const allowed = limit === undefined ? number : Math.floor(effectiveLimit(settings, roleIds, limit).value);
  return Math.max(parameter.min, Math.min(number, allowed));
}

/**
 * The first of these presets that has a value, the server's defaults, or else Segmind's, within what the member may have: nobody is refused for what they didn't ask for.
 * @param chosen the style's and the member's own, the first before the others
 * @returns also which of the chosen values were lowered
 */
export function defaultsFor(
  settings: Settings,
  roleIds: readonly string[],
  chosen: readonly Preset[] = [],
): { readonly defaults: Defaults; readonly lowered: readonly Lowered[] } {
  const own: Preset = Object.assign({}, ...chosen.toReversed());
  const wanted: Preset = { ...settings.defaults, ...own };
  const size = SIZES.find(({ value }) => value === wanted.size) ?? SIZES[0];
  const sides = clipSize(size, effectiveLimit(settings, roleIds, 'maxMegapixels').value);
  const sampling = SAMPLING_LIST.map(
    (parameter) => [parameter.name, samplingValueOf(parameter, wanted[parameter.name], settings, roleIds)] as const,
  );
  // Safe cast: each value is of its parameter's kind; what parses the request checks the ranges.
  const defaults = { ...sides, ...Object.fromEntries(sampling) } as Defaults;
  const isSizeLowered = own.size === size.value && megapixelsOf(sides) < megapixelsOf(size);
  const lowered = (['steps', 'samples'] as const).flatMap((name): Lowered[] => {
    const value = own[name];
    return value !== undefined && value > defaults[name] ? [{ name, wanted: String(value) }] : [];
  });
  return { defaults, lowered: [...(isSizeLowered ? [{ name: 'size', wanted: size.value } as const] : []), ...lowered] };
}
