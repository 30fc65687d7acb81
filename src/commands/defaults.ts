import type { Lowered } from '../jobs/job.ts';
import { type GenerationParameters, SAMPLING_LIST, type SamplingName } from '../segmind/parameters.ts';
import { effectiveLimit } from '../settings/effective-limit.ts';
import { requestLimit } from '../settings/limits.ts';
import type { Preferences } from '../settings/preferences.ts';
import type { Settings } from '../settings/schema.ts';
import type { Preset } from '../styles/preset.ts';
import { type DefaultSize, fitSize } from './fit-size.ts';
import { SIZES } from './sizes.ts';

/** What is painted for a member who says nothing of it. */
export type Defaults = Pick<GenerationParameters, 'width' | 'height' | SamplingName>;

/** What a request has where the member says nothing, within what the member may have. */
export interface LimitedDefaults {
  readonly defaults: Defaults;
  /** The values that somebody chose and that were lowered. */
  readonly lowered: readonly Lowered[];
  /** The size before that: which of it fits depends on what the member types. */
  readonly size: DefaultSize;
}

/** The limits on parameters alone. */
const LIMITED = [
  { name: 'steps', limit: 'maxSteps' },
  { name: 'samples', limit: 'maxSamples' },
] as const;

/** Whether a member's images are private when they don't say. Nobody else reads direct messages. */
export function isPrivateByDefault({ isPrivate }: Preferences, guildId: string | undefined): boolean {
  return guildId !== undefined && isPrivate === true;
}

/** Lowers defaults to the member's limits, so that a member is never refused for a value they didn't choose. @param chosen the names of the values that somebody chose */
function limitDefaults(
  wanted: Defaults,
  chosen: ReadonlySet<string>,
  settings: Settings,
  roleIds: readonly string[],
): LimitedDefaults {
  const maxMegapixels = effectiveLimit(settings, roleIds, 'maxMegapixels').value;
  const { width, height } = wanted;
  const size = { width, height, isChosen: chosen.has('size'), maxMegapixels };
  const { sides, lowered: loweredSize } = fitSize(size);
  const limited = LIMITED.map(({ name, limit }) => {
    const allowed = Math.floor(effectiveLimit(settings, roleIds, limit).value);
    return { name, value: Math.max(requestLimit(limit).smallest, Math.min(wanted[name], allowed)) };
  });
  const lowered = limited.flatMap(({ name, value }): Lowered[] =>
    chosen.has(name) && value < wanted[name] ? [{ name, wanted: String(wanted[name]) }] : [],
  );
  const values = Object.fromEntries(limited.map(({ name, value }) => [name, value]));
  return { defaults: { ...wanted, ...sides, ...values }, lowered: [...loweredSize, ...lowered], size };
}

/** The preset's value of one parameter, clamped to its range, since another release may have stored it; Segmind's default if there is none. */
function samplingValueOf(parameter: (typeof SAMPLING_LIST)[number], preset: Preset): string | number {
  const wanted = preset[parameter.name];
  if (parameter.kind === 'choice') return parameter.choices.find((allowed) => allowed === wanted) ?? parameter.default;
  return typeof wanted === 'number' ? Math.min(parameter.max, Math.max(parameter.min, wanted)) : parameter.default;
}

/**
 * The first of these presets that has a value, the server's defaults, or else Segmind's, within what the member may
 * have. A lowered default of Segmind's isn't reported: nobody chose it.
 * @param chosen the style's and the member's own, the first before the others
 */
export function defaultsFor(
  settings: Settings,
  roleIds: readonly string[],
  chosen: readonly Preset[] = [],
): LimitedDefaults {
  const preset: Preset = Object.assign({}, settings.defaults, ...chosen.toReversed());
  const listed = SIZES.find(({ value }) => value === preset.size);
  const { width, height } = listed ?? SIZES[0];
  const names = Object.keys(preset).filter((name) => name !== 'size' || listed !== undefined);
  const sampling = SAMPLING_LIST.map((parameter) => [parameter.name, samplingValueOf(parameter, preset)] as const);
  // Safe cast: each value is one that its parameter allows.
  const wanted = { width, height, ...Object.fromEntries(sampling) } as Defaults;
  return limitDefaults(wanted, new Set(names), settings, roleIds);
}

/** What an image has, within what the member may have who edits it. */
export function limitParameters(wanted: Defaults, settings: Settings, roleIds: readonly string[]): LimitedDefaults {
  return limitDefaults(wanted, new Set(['size', ...Object.keys(wanted)]), settings, roleIds);
}
