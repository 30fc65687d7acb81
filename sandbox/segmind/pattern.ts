import type { SKRSContext2D } from '@napi-rs/canvas';
import { choosePalette } from './palette.ts';
import type { Parameters } from './parameters.ts';
import { between, type Random, randomFrom } from './random.ts';

const QUARTER_TURN = Math.PI / 2;

/** Each function adds an outline to the path, in a tile from 0 to 1 in both directions. */
const SHAPES: readonly ((context: SKRSContext2D) => void)[] = [
  (context) => {
    context.moveTo(0, 0);
    context.arc(0, 0, 1, 0, QUARTER_TURN);
  },
  (context) => {
    context.arc(0, 0, 1, 0, QUARTER_TURN);
    context.arc(0, 0, 0.5, QUARTER_TURN, 0, true);
  },
  (context) => context.arc(0.5, 0, 0.5, 0, 2 * QUARTER_TURN),
  (context) => {
    context.moveTo(0, 0);
    context.lineTo(1, 0);
    context.lineTo(0, 1);
  },
  (context) => {
    for (const y of [0, 0.4, 0.8]) context.rect(0, y, 1, 0.2);
  },
  (context) => context.rect(0, 0, 0.5, 1),
];

/**
 * Covers the image with geometric tiles, so it can't be mistaken for a real rendering. Prompt, seed and sample decide the
 * arrangement, steps the size of the tiles, guidance the strength of the colours; every parameter changes the shades a little.
 */
export function drawPattern(context: SKRSContext2D, parameters: Parameters, sample: number): void {
  const { prompt, negative_prompt, seed, num_inference_steps, guidance_scale } = parameters;
  const { width, height } = context.canvas;
  const { base64: _transport, ...ingredients } = parameters;
  const composition = randomFrom(prompt, seed, sample);
  const shades = randomFrom(ingredients, sample);
  const palette = choosePalette(prompt, negative_prompt, composition);
  const size = Math.min(width, height) / Math.round(3 + num_inference_steps / 15);
  for (let y = 0; y < height; y += size) {
    for (let x = 0; x < width; x += size) {
      context.save();
      context.translate(x + size / 2, y + size / 2);
      context.rotate(Math.floor(composition() * 4) * QUARTER_TURN);
      // Slightly larger than its cell, so that no seam shows between tiles.
      context.scale(size + 1, size + 1);
      context.translate(-0.5, -0.5);
      drawTile(context, palette, composition, shades);
      context.restore();
    }
  }
  context.fillStyle = `rgba(200, 200, 205, ${(25 - guidance_scale) / 60})`;
  context.fillRect(0, 0, width, height);
}

function drawTile(context: SKRSContext2D, palette: readonly string[], composition: Random, shades: Random): void {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(composition() * items.length)];
  const outlines = [(path: SKRSContext2D) => path.rect(0, 0, 1, 1), pick(SHAPES)];
  const isDarkBelow = composition() < 0.5;
  for (const [index, outline] of outlines.entries()) {
    context.beginPath();
    outline?.(context);
    context.fillStyle = pick(palette) ?? 'black';
    context.fill();
    // One layer darker and one lighter, so that shapes show even with a single colour.
    const shade = isDarkBelow === (index === 0) ? '12, 14, 36' : '255, 250, 240';
    context.fillStyle = `rgba(${shade}, ${between(shades, 0.1, 0.45)})`;
    context.fill();
  }
}
