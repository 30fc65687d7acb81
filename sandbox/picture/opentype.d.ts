// The part of the library that is used here. Its types on the registry bring the browser's, which hide Node's.
declare module 'opentype.js' {
  interface Path {
    /** @param decimals of each coordinate */
    toPathData(decimals: number): string;
  }

  export interface Glyph {
    /** 0 is the box of missing ones. */
    readonly index: number;
    /** In font units. */
    readonly advanceWidth?: number;
    getPath(x: number, y: number, size: number): Path;
  }

  export interface Font {
    readonly unitsPerEm: number;
    readonly glyphs: { get(index: number): Glyph };
    charToGlyph(character: string): Glyph;
  }

  const opentype: { parse(bytes: ArrayBuffer): Font };
  export default opentype;
}
