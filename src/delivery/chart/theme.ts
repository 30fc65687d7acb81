import type { Lettering } from './lettering.ts';

/** Pixels. A phone shows the picture about a third as wide: text needs 28 to be readable there. */
export const WIDTH = 1080;
export const MARGIN = 56;
export const TEXT_SIZE = 32;
export const HEADING_SIZE = 38;
/** From the baseline to the middle of a digit, in sizes of the text. */
export const DIGIT_MIDDLE = 0.365;

/** On Discord's dark background. */
export const COLOURS = {
  background: '#2b2d31',
  text: '#f2f3f5',
  muted: '#b5bac1',
  grid: '#45474e',
  band: '#383a41',
  images: '#7c86f7',
  imagesToday: '#c3c8ff',
  cost: '#45b97c',
  costToday: '#a3e8c4',
  others: '#80848e',
} as const;

export interface Letterings {
  readonly regular: Lettering;
  readonly bold: Lettering;
}

/** A part of the picture over its full width; parts stand below each other. */
export interface Block {
  readonly height: number;
  /** SVG, with the block's upper edge at `top`. */
  draw(top: number): string;
}

/** A rectangle in SVG's words, in whole pixels so that its edges are sharp. */
export function rectangle(box: { x: number; y: number; width: number; height: number }, colour: string, radius = 0) {
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map(Math.round);
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${colour}"/>`;
}
