import type { Lowered } from '../jobs/job.ts';
import { PARAMETERS } from '../segmind/parameters.ts';
import { megapixelsOf } from '../settings/estimate.ts';
import { sizeValue } from './sizes.ts';

/** Pixels. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** The size of what a member doesn't give a size for. */
export interface DefaultSize extends Sides {
  /** Whether somebody chose it, so that they want to know when it is lowered. */
  readonly isChosen: boolean;
  /** What the member may have; Infinity for no limit. */
  readonly maxMegapixels: number;
}

const { min, multipleOf } = PARAMETERS.width;

/** The largest side up to `pixels` that Segmind takes, or else the smallest. */
const sideWithin = (pixels: number) => Math.max(min, Math.floor(pixels / multipleOf) * multipleOf);

/**
 * As much of a default size as the limit has room for: in the same proportion, or beside the side that the member typed. What
 * was typed stays, also where no other side fits.
 */
export function fitSize(
  { isChosen, maxMegapixels, ...size }: DefaultSize,
  typed: Partial<Sides> = {},
): { readonly sides: Sides; readonly lowered: readonly Lowered[] } {
  const wanted = { ...size, ...typed };
  // Whole pixels: 1.019904 * 1 000 000 is a little less than the pixels of 512x1992.
  const maxPixels = Math.floor(maxMegapixels * 1_000_000 + 0.001);
  const beside = (other: number, side: number) => sideWithin(Math.min(side, maxPixels / other));
  const scale = Math.min(1, Math.sqrt(maxMegapixels / megapixelsOf(wanted)));
  // In this order, since a side that is at its smallest leaves less room for the other one.
  const narrow = typed.width ?? sideWithin(wanted.width * scale);
  const height = typed.height ?? beside(narrow, typed.width === undefined ? wanted.height * scale : wanted.height);
  const width = typed.width ?? beside(height, typed.height === undefined ? narrow : wanted.width);
  const isTyped = Object.keys(typed).length > 0;
  const isLowered = (isChosen || isTyped) && (width < wanted.width || height < wanted.height);
  return { sides: { width, height }, lowered: isLowered ? [{ name: 'size', wanted: sizeValue(wanted) }] : [] };
}
