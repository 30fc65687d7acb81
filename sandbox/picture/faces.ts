import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype, { type Font } from 'opentype.js';

const FILES = {
  regular: 'DejaVuSansCondensed.ttf',
  bold: 'DejaVuSansCondensed-Bold.ttf',
  italic: 'DejaVuSansCondensed-Oblique.ttf',
  boldItalic: 'DejaVuSansCondensed-BoldOblique.ttf',
  mono: 'DejaVuSansMono.ttf',
  /** Has signs that the others lack. */
  full: 'DejaVuSans.ttf',
} as const;

export type Face = keyof typeof FILES;

/** Where a character is drawn from; a character that no face has gets a place, but no glyph. */
export interface Placed {
  face: Face;
  glyph: number | undefined;
  /** In parts of the size. */
  width: number;
}

/** Signs that join or vary others and take no room. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const UNKNOWN_WIDTH = 0.7;

const { resolve } = createRequire(import.meta.url);
const loaded = new Map<Face, Font>();

/** The font of a face, read once. */
export function fontOf(face: Face): Font {
  const known = loaded.get(face);
  if (known) return known;
  // Copied, since a small file may share its buffer with others.
  const bytes = new Uint8Array(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${FILES[face]}`)));
  const font = opentype.parse(bytes.buffer);
  loaded.set(face, font);
  return font;
}

/** Finds the glyph of a character, in another face where the wanted one lacks it. */
export function place(character: string, wanted: Face): Placed {
  for (const face of [wanted, 'regular', 'full'] as const) {
    const font = fontOf(face);
    const { index, advanceWidth = 0 } = font.charToGlyph(character);
    const glyph = index === 0 ? undefined : index;
    if (INVISIBLE.test(character)) return { face, glyph, width: 0 };
    if (glyph !== undefined) return { face, glyph, width: advanceWidth / font.unitsPerEm };
  }
  return { face: wanted, glyph: undefined, width: UNKNOWN_WIDTH };
}

/** Width of a text in px. */
export function measure(text: string, face: Face, size: number): number {
  return [...text].reduce((sum, character) => sum + place(character, face).width * size, 0);
}
