import { type Face, fontOf, place } from './faces.ts';
import { BACKGROUND_PADDING, type Line, runWidth } from './lines.ts';
import type { Run } from './runs.ts';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
  radius?: number;
  opacity?: number;
}

/** Collects shapes, pictures and glyphs as SVG. Text becomes outlines: no font is asked for when it is drawn. */
export class Canvas {
  readonly #shapes: string[] = [];
  readonly #glyphs = new Map<string, string>();
  #clips = 0;

  rectangle({ x, y, width, height, fill, radius = 0, opacity = 1 }: Rectangle): void {
    this.#shapes.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" fill-opacity="${opacity}"/>`,
    );
  }

  circle(x: number, y: number, radius: number, fill: string): void {
    this.#shapes.push(`<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`);
  }

  /** A line along an SVG path, without a filling. */
  stroke(path: string, colour: string, width: number): void {
    this.#shapes.push(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`,
    );
  }

  /** Draws a picture with rounded corners. */
  picture(png: Buffer, { x, y, width, height, radius = 0 }: Omit<Rectangle, 'fill' | 'opacity'>): void {
    this.#clips += 1;
    const clip = `clip${this.#clips}`;
    const box = `x="${x}" y="${y}" width="${width}" height="${height}"`;
    this.#shapes.push(
      `<clipPath id="${clip}"><rect ${box} rx="${radius}"/></clipPath>`,
      `<image ${box} clip-path="url(#${clip})" preserveAspectRatio="none" href="data:image/png;base64,${png.toString('base64')}"/>`,
    );
  }

  /** Writes a line. @param baseline what the letters stand on */
  line({ runs }: Line, x: number, baseline: number): void {
    let left = x;
    for (const run of runs) {
      this.#run(run, left, baseline);
      left += runWidth(run);
    }
  }

  toSvg(width: number, height: number, scale: number): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" viewBox="0 0 ${width} ${height}">
<defs>${[...this.#glyphs].map(([id, path]) => `<path id="${id}" d="${path}"/>`).join('')}</defs>
${this.#shapes.join('\n')}
</svg>`;
  }

  #run(run: Run, x: number, baseline: number): void {
    const { text, style } = run;
    const { size, face, colour, background, underline, strike, hidden } = style;
    const width = runWidth(run);
    if (background) {
      this.rectangle({ x, y: baseline - size, width, height: size * 1.3, fill: background, radius: 3 });
    }
    if (hidden) return;
    let left = x + (background ? BACKGROUND_PADDING * size : 0);
    const drawn = [...text].map((character) => {
      const { face: from, glyph, width: advance } = place(character, face);
      const at = left;
      left += advance * size;
      return glyph === undefined ? unknown(at, baseline, advance * size) : this.#glyph(from, glyph, at, baseline, size);
    });
    const lines = [...(underline ? [baseline + size * 0.13] : []), ...(strike ? [baseline - size * 0.3] : [])].map(
      (y) => `<rect x="${x}" y="${y}" width="${width}" height="${size / 15}"/>`,
    );
    this.#shapes.push(`<g fill="${colour}">${drawn.join('')}${lines.join('')}</g>`);
  }

  #glyph(face: Face, glyph: number, x: number, baseline: number, size: number): string {
    const id = `${face}${glyph}`;
    const font = fontOf(face);
    if (!this.#glyphs.has(id))
      this.#glyphs.set(id, font.glyphs.get(glyph).getPath(0, 0, font.unitsPerEm).toPathData(1));
    const scale = size / font.unitsPerEm;
    return `<use href="#${id}" transform="translate(${x.toFixed(2)} ${baseline}) scale(${scale})"/>`;
  }
}

/** A sign that no face has: a box in its place. */
function unknown(x: number, baseline: number, width: number): string {
  const side = width * 0.8;
  return `<rect x="${x + width * 0.1}" y="${baseline - side}" width="${side}" height="${side}" rx="2" opacity="0.4"/>`;
}
