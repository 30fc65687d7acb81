import { DEFAULT_SCHEDULER, PARAMETER_LIMITS, SCHEDULERS, type Scheduler } from '../segmind/parameters.ts';
import { megapixelsOf } from '../settings/estimate.ts';
import { effectiveLimit } from '../settings/limits.ts';
import type { Settings } from '../settings/schema.ts';
import { SIZES } from './sizes.ts';

/** What is painted for a member who says nothing of it. */
export interface Defaults {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly scheduler: Scheduler;
  readonly samples: number;
}

/** `value`, or the limit where that is lower, but never less than the image service takes. */
function clip(value: number, limit: number, min: number): number {
  return Math.max(min, Math.min(value, limit));
}

/** The sides of the default size, or in the same proportion as much of them as the limit has room for. */
function clipSize(size: { width: number; height: number }, maxMegapixels: number): { width: number; height: number } {
  const { min, multipleOf } = PARAMETER_LIMITS.dimension;
  const scale = Math.min(1, Math.sqrt(maxMegapixels / megapixelsOf(size)));
  const side = (pixels: number) => Math.max(min, Math.floor((pixels * scale) / multipleOf) * multipleOf);
  return { width: side(size.width), height: side(size.height) };
}

/** The server's defaults, or else the image service's, within what the member may have: nobody is refused for what they didn't ask for. */
export function defaultsFor(settings: Settings, roleIds: readonly string[]): Defaults {
  const { defaults } = settings;
  const { steps, samples, guidanceScale } = PARAMETER_LIMITS;
  const limitOf = (name: 'maxSteps' | 'maxSamples' | 'maxMegapixels') => effectiveLimit(settings, roleIds, name).value;
  const size = SIZES.find(({ value }) => value === defaults.size) ?? SIZES[0];
  return {
    ...clipSize(size, limitOf('maxMegapixels')),
    steps: clip(defaults.steps ?? steps.default, Math.floor(limitOf('maxSteps')), steps.min),
    samples: clip(defaults.samples ?? samples.default, Math.floor(limitOf('maxSamples')), samples.min),
    guidanceScale: defaults.guidanceScale ?? guidanceScale.default,
    scheduler: SCHEDULERS.find((name) => name === defaults.scheduler) ?? DEFAULT_SCHEDULER,
  };
}
