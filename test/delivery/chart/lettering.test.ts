import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { createLettering } from '../../../src/delivery/chart/lettering.ts';

const SIZE = 200;
const HEIGHT = 300;
const BASELINE = 220;
const LETTERS = Array.from('ABRagm058.,$');

// The picture library's own text, which is drawn here for comparison, complains without any set-up.
process.env['FONTCONFIG_FILE'] = fileURLToPath(new URL('../../../sandbox/segmind/fonts.conf', import.meta.url));

const fontFile = (name: string) => createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);

/** How much of the box around its ink each of 12 × 12 fields has in ink, 0 to 255, and the box's size. */
async function ink(picture: Sharp) {
  const black = await picture.flatten({ background: 'black' }).greyscale().png().toBuffer();
  const { data, info } = await sharp(black)
    .trim({ background: 'black', threshold: 100 })
    .png()
    .toBuffer({ resolveWithObject: true });
  const fields = await sharp(data).resize(12, 12, { fit: 'fill', kernel: 'linear' }).greyscale().raw().toBuffer();
  return { fields, width: info.width, height: info.height };
}

function ours(name: string, text: string) {
  const lettering = createLettering(readFileSync(fontFile(name)));
  const width = Math.ceil(lettering.width(text, SIZE)) + 80;
  const path = lettering.draw(text, { x: 40, y: BASELINE, size: SIZE, colour: '#fff' });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}">${path}</svg>`;
  return ink(sharp(Buffer.from(svg)));
}

/** The same by FreeType. */
function theirs(name: string, font: string, text: string) {
  const markup = `<span foreground="white">${text.replace('&', '&amp;').replace('<', '&lt;')}</span>`;
  return ink(sharp({ text: { text: markup, font: `${font} ${SIZE}`, fontfile: fontFile(name), rgba: true, dpi: 72 } }));
}

function difference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

describe.each([
  ['DejaVuSans', 'DejaVu Sans'],
  ['DejaVuSans-Bold', 'DejaVu Sans Bold'],
])('lettering with %s', (name, font) => {
  it.each(LETTERS)('draws %s as FreeType does', async (letter) => {
    const [mine, reference] = [await ours(name, letter), await theirs(name, font, letter)];
    expect(Math.abs(mine.width - reference.width)).toBeLessThanOrEqual(2);
    expect(Math.abs(mine.height - reference.height)).toBeLessThanOrEqual(2);
    expect(difference(mine.fields, reference.fields)).toBeLessThan(10);
  });

  it('sets letters side by side as FreeType does', async () => {
    const [mine, reference] = [await ours(name, 'US$ 1,234'), await theirs(name, font, 'US$ 1,234')];
    expect(Math.abs(mine.width - reference.width)).toBeLessThanOrEqual(8);
    expect(difference(mine.fields, reference.fields)).toBeLessThan(16);
  });

  it('has a shape of its own for each letter, none of them the box of missing ones', async () => {
    const shapes = await Promise.all(['\u4e00', ...LETTERS].map((letter) => ours(name, letter)));
    const keys = shapes.map(({ fields, width, height }) => `${width} ${height} ${fields.toString('hex')}`);
    expect(new Set(keys).size).toBe(new Set(LETTERS).size + 1);
  });

  it('measures a line as the sum of its letters, in proportion to its size', () => {
    const lettering = createLettering(readFileSync(fontFile(name)));
    const [a, space, b] = ['a', ' ', 'b'].map((letter) => lettering.width(letter, 20));
    expect(lettering.width('a b', 20)).toBeCloseTo((a ?? 0) + (space ?? 0) + (b ?? 0));
    expect(lettering.width('a b', 40)).toBeCloseTo(2 * lettering.width('a b', 20));
    expect(space).toBeGreaterThan(0);
  });
});

it.each(['start', 'middle', 'end'] as const)('puts the %s of a line where it is told', async (anchor) => {
  const lettering = createLettering(readFileSync(fontFile('DejaVuSans')));
  const path = lettering.draw('H', { x: 200, y: 100, size: 80, colour: '#fff', anchor });
  const xs = Array.from(path.matchAll(/[ML](-?[\d.]+) /g), ([, x]) => Number(x));
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
  const half = lettering.width('H', 80) / 2;
  expect(middle).toBeCloseTo({ start: 200 + half, middle: 200, end: 200 - half }[anchor], 0);
});

it.each([Buffer.alloc(0), Buffer.alloc(400), Buffer.from('no font at all')])(
  'refuses what is no font (%#)',
  (bytes) => {
    expect(() => createLettering(bytes)).toThrow();
  },
);
