// The part of the library that lettering needs. Its own types on the registry bring the browser's, which hide Node's.
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

  /** @param options `lowMemory` reads a glyph when it is first asked for, rather than all of them at once */
  const opentype: { parse(bytes: ArrayBuffer, options?: { lowMemory: boolean }): Font };
  export default opentype;
}
