import { type GenerationParameters, PARAMETERS, SAMPLING_LIST, type SamplingName } from '../segmind/parameters.ts';
import { effectiveLimit } from '../settings/effective-limit.ts';
import { megapixelsOf } from '../settings/estimate.ts';
import { limitOn } from '../settings/limits.ts';
import type { Settings } from '../settings/schema.ts';
import { SIZES } from './sizes.ts';

/** What is painted for a member who says nothing of it. */
export type Defaults = Pick<GenerationParameters, 'width' | 'height' | SamplingName>;

/** The sides of the default size, or in the same proportion as much of them as the limit has room for. */
function clipSize(size: { width: number; height: number }, maxMegapixels: number): { width: number; height: number } {
  const { min, multipleOf } = PARAMETERS.width;
  const scale = Math.min(1, Math.sqrt(maxMegapixels / megapixelsOf(size)));
  const side = (pixels: number) => Math.max(min, Math.floor((pixels * scale) / multipleOf) * multipleOf);
  return { width: side(size.width), height: side(size.height) };
}

/** The server's default of one parameter, or else the image service's, within the limit if there is one. */
function defaultOf(
  parameter: (typeof SAMPLING_LIST)[number],
  settings: Settings,
  roleIds: readonly string[],
): string | number {
  const stored = settings.defaults[parameter.name];
  if (parameter.kind === 'choice') return parameter.choices.find((allowed) => allowed === stored) ?? parameter.default;
  const limit = limitOn(parameter.name);
  const wanted = typeof stored === 'number' ? stored : parameter.default;
  const allowed = limit === undefined ? wanted : Math.floor(effectiveLimit(settings, roleIds, limit).value);
  return Math.max(parameter.min, Math.min(wanted, allowed));
}

/** The server's defaults, or else the image service's, within what the member may have: nobody is refused for what they didn't ask for. */
export function defaultsFor(settings: Settings, roleIds: readonly string[]): Defaults {
  const size = SIZES.find(({ value }) => value === settings.defaults.size) ?? SIZES[0];
  const sampling = SAMPLING_LIST.map((parameter) => [parameter.name, defaultOf(parameter, settings, roleIds)]);
  // Safe cast: each value is of its parameter's kind; what parses the request checks the ranges.
  return {
    ...clipSize(size, effectiveLimit(settings, roleIds, 'maxMegapixels').value),
    ...Object.fromEntries(sampling),
  } as Defaults;
}
