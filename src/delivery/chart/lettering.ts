import opentype, { type Glyph } from 'opentype.js';

/** Where a line of text stands and how it looks: pixels of the picture, from its upper left corner. */
export interface TextStyle {
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  /** Which part of the line stands at `x`; its start by default. */
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Writes with one font, in shapes: text would need a fontconfig set-up, which slim systems lack, and libvips would complain on stderr. */
export interface Lettering {
  /** How wide a line is at this size, in pixels. */
  width(text: string, size: number): number;
  /** A line of text as an SVG path. */
  draw(text: string, style: TextStyle): string;
}

const ANCHOR_SHARES = { start: 0, middle: 0.5, end: 1 } as const;
const DECIMALS = 2;

/** Lettering with a TrueType font. @throws Error or RangeError when the bytes aren't one */
export function createLettering(fontBytes: Buffer): Lettering {
  const { buffer, byteOffset, byteLength } = fontBytes;
  // True: Node's own buffers stand on an ArrayBuffer.
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  // Thousands of glyphs, of which some dozens are needed: to read them all takes five times as long.
  const font = opentype.parse(bytes, { lowMemory: true });
  // Glyph by glyph: what figures and month names need. The library's own lines fail on a feature that this font has.
  const glyphs = (text: string) => Array.from(text, (character) => font.charToGlyph(character));
  const advance = (glyph: Glyph, size: number) => ((glyph.advanceWidth ?? 0) * size) / font.unitsPerEm;
  const width = (text: string, size: number) => glyphs(text).reduce((sum, glyph) => sum + advance(glyph, size), 0);
  return {
    width,
    draw(text, { x, y, size, colour, anchor = 'start' }) {
      let left = x - ANCHOR_SHARES[anchor] * width(text, size);
      let path = '';
      for (const glyph of glyphs(text)) {
        path += glyph.getPath(left, y, size).toPathData(DECIMALS);
        left += advance(glyph, size);
      }
      return `<path fill="${colour}" d="${path}"/>`;
    },
  };
}
