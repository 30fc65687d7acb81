import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

/** Pixels. A phone shows the image about a third as wide: text needs 28 to be readable there. */
export const WIDTH = 1080;
export const MARGIN = 56;
/** Where bars start: five digits fit beside them. */
export const BAR_START = 170;
export const TEXT_SIZE = 32;
export const HEADING = { size: 38, bold: true } as const;

/** On Discord's dark background. */
export const BACKGROUND = '#2b2d31';
export const COLOURS = { text: '#f2f3f5', muted: '#b5bac1', images: '#7c86f7', others: '#80848e' } as const;

/** No system font has this name, so the chart looks the same on any system. */
export const FONT_FAMILY = 'usage-chart';
for (const file of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']) {
  const path = createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${file}`);
  if (!GlobalFonts.registerFromPath(path, FONT_FAMILY)) throw new Error(`Cannot read the font ${path}`);
}

/** A part of the image over its full width; panels stand below each other. */
export type Panel = SKRSContext2D;

/** @param height in pixels */
export function createPanel(height: number): Panel {
  return createCanvas(WIDTH, height).getContext('2d');
}

interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'center' | 'right';
}

/** Writes a text at `x`, on the baseline `y`. @returns its width in pixels */
export function write(panel: Panel, text: string, x: number, y: number, style: TextStyle = {}): number {
  panel.font = `${style.bold ? 'bold' : 'normal'} ${style.size ?? TEXT_SIZE}px ${FONT_FAMILY}`;
  panel.fillStyle = style.colour ?? COLOURS.text;
  panel.textAlign = style.align ?? 'left';
  panel.fillText(text, x, y);
  return panel.measureText(text).width;
}
