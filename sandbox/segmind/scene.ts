import { type Colour, coloursIn, css, fromHue, mix } from './colours.ts';
import type { Parameters } from './parameters.ts';
import { between, type Random, randomFrom } from './random.ts';

const FLOWERS = /\b(rose|flower|bloom|blossom|petal|tulip|lotus|orchid|daisy|peony|garden|bouquet)/i;
const WATERS = /\b(sea|ocean|lake|water|river|beach|pond|coast|island|boat|ship|harbou?r)/i;
const WHITE: Colour = [255, 255, 255];
const NIGHT: Colour = [12, 14, 36];

interface Palette {
  subject: Colour;
  accent: Colour;
  sky: Colour;
}

/**
 * An SVG without text, exactly img_width × img_height. The composition follows from prompt, seed and sample; guidance sets the
 * strength of the colours, steps the amount of detail, and every other parameter moves the small things, so that none is without effect.
 */
export function drawScene(parameters: Parameters, sample: number): string {
  const { prompt, seed, img_width: width, img_height: height } = parameters;
  const composition = randomFrom(prompt, seed, sample);
  const { base64: _transport, ...ingredients } = parameters;
  const detail = randomFrom(ingredients, sample);
  const palette = paletteOf(parameters, composition);
  const water = WATERS.test(prompt);
  const horizon = height * between(composition, 0.5, 0.66);
  const sun = { x: width * between(composition, 0.18, 0.82), y: height * between(composition, 0.14, 0.38) };
  const bloom = FLOWERS.test(prompt) || composition() < 0.4;
  const layers = [
    sky(palette),
    glow(sun, Math.min(width, height) * between(composition, 0.06, 0.11), palette),
    stars(detail, width, horizon, parameters.num_inference_steps * 2, palette),
    hills(composition, width, height, horizon, palette),
    water ? waves(composition, width, height, horizon, palette) : '',
    bloom ? flower(composition, width, height, palette) : orbs(composition, width, height, palette),
    motes(detail, width, height, parameters.num_inference_steps, palette),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${layers.join('')}</svg>`;
}

function paletteOf(parameters: Parameters, random: Random): Palette {
  const unwanted = coloursIn(parameters.negative_prompt).map(css);
  const named = coloursIn(parameters.prompt).filter((colour) => !unwanted.includes(css(colour)));
  const hue = random();
  const subject = named[0] ?? fromHue(hue, 0.65, 0.55);
  const accent = named[1] ?? mix(subject, fromHue(hue + 0.12, 0.75, 0.66), 0.55);
  const sky = named[2] ?? named[1] ?? mix(mix(subject, fromHue(hue + 0.5, 0.5, 0.5), 0.6), NIGHT, 0.35);
  const paleness = (25 - parameters.guidance_scale) / 100;
  const wash = (colour: Colour) => mix(colour, [200, 200, 205], paleness);
  return { subject: wash(subject), accent: wash(accent), sky: wash(sky) };
}

function sky({ subject, accent, sky: colour }: Palette): string {
  const stops = [mix(colour, NIGHT, 0.6), mix(colour, NIGHT, 0.1), mix(mix(colour, accent, 0.55), WHITE, 0.3), subject];
  return (
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0.12" y2="1">${stops
      .map((stop, index) => `<stop offset="${index * 0.28}" stop-color="${css(stop)}"/>`)
      .join('')}</linearGradient>${radial('glow', mix(accent, WHITE, 0.7), accent, 0.75)}</defs>` +
    '<rect width="100%" height="100%" fill="url(#sky)"/>'
  );
}

function radial(id: string, inner: Colour, outer: Colour, opacity: number): string {
  return (
    `<radialGradient id="${id}"><stop offset="0" stop-color="${css(inner)}" stop-opacity="${opacity}"/>` +
    `<stop offset="1" stop-color="${css(outer)}" stop-opacity="0"/></radialGradient>`
  );
}

function glow(centre: { x: number; y: number }, radius: number, { accent }: Palette): string {
  const { x, y } = centre;
  return circle(x, y, radius * 5, 'url(#glow)') + circle(x, y, radius, css(mix(accent, WHITE, 0.72)));
}

function circle(x: number, y: number, radius: number, fill: string, opacity = 1): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(2)}" fill="${fill}" opacity="${opacity.toFixed(3)}"/>`;
}

function stars(random: Random, width: number, horizon: number, count: number, { accent }: Palette): string {
  const fill = css(mix(accent, WHITE, 0.8));
  const star = () =>
    circle(random() * width, random() ** 1.6 * horizon, between(random, 0.6, 2.2), fill, between(random, 0.2, 0.9));
  return Array.from({ length: count }, star).join('');
}

function hills(
  random: Random,
  width: number,
  height: number,
  horizon: number,
  { subject, sky: colour, accent }: Palette,
) {
  const count = 5;
  const paths = Array.from({ length: count }, (_, layer) => {
    const depth = (layer + 1) / count;
    const base = horizon + (height - horizon) * (depth - 0.2) * 0.75;
    const waves = [1.1, 2.3, 5.1].map((turns) => ({
      turns: turns * between(random, 0.7, 1.4),
      phase: random() * 2 * Math.PI,
      rise: (height * between(random, 0.02, 0.06)) / Math.sqrt(turns),
    }));
    const points = Array.from({ length: 49 }, (_, step) => {
      const share = step / 48;
      const lift = waves.reduce(
        (sum, { turns, phase, rise }) => sum + rise * Math.sin(phase + share * turns * 6.28),
        0,
      );
      return `${(share * width).toFixed(1)},${(base - lift).toFixed(1)}`;
    });
    const far = mix(mix(colour, accent, 0.4), WHITE, 0.15);
    const fill = mix(far, mix(mix(subject, colour, 0.4), NIGHT, 0.62), depth ** 0.8);
    return `<path d="M0,${height} L${points.join(' L')} L${width},${height} Z" fill="${css(fill)}" opacity="0.94"/>`;
  });
  return paths.join('');
}

function waves(
  random: Random,
  width: number,
  height: number,
  horizon: number,
  { accent, sky: colour }: Palette,
): string {
  const top = horizon + (height - horizon) * 0.3;
  const surface = `<rect y="${top.toFixed(1)}" width="${width}" height="${height}" fill="${css(mix(colour, NIGHT, 0.35))}" opacity="0.82"/>`;
  const glints = Array.from({ length: 90 }, () => {
    const depth = random();
    const length = width * between(random, 0.02, 0.12) * (0.3 + depth);
    const y = top + (height - top) * depth;
    const x = random() * width - length / 2;
    return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${length.toFixed(1)}" height="${(1 + depth * 3).toFixed(1)}" rx="2" fill="${css(mix(accent, WHITE, 0.5))}" opacity="${between(random, 0.15, 0.5).toFixed(2)}"/>`;
  });
  return surface + glints.join('');
}

function flower(random: Random, width: number, height: number, { subject, accent }: Palette): string {
  const size = Math.min(width, height) * between(random, 0.24, 0.32);
  const x = width * between(random, 0.32, 0.68);
  const y = height * between(random, 0.46, 0.6);
  const stemColour: Colour = mix([46, 104, 58], NIGHT, 0.2);
  const bend = between(random, -0.12, 0.12) * width;
  const stem = `<path d="M${x.toFixed(1)},${y.toFixed(1)} Q${(x + bend).toFixed(1)},${(height * 0.8).toFixed(1)} ${(x + bend / 3).toFixed(1)},${height}" fill="none" stroke="${css(stemColour)}" stroke-width="${(size * 0.07).toFixed(1)}"/>`;
  const petalsPerRing = 6 + Math.floor(random() * 4);
  const rings = Array.from({ length: 6 }, (_, ring) => {
    const reach = size * (1 - ring * 0.155);
    const turn = random() * 360;
    const heart = mix(mix(subject, NIGHT, 0.55), accent, ring * 0.04);
    const edge = mix(mix(subject, WHITE, 0.08 + ring * 0.06), accent, 0.12);
    const gradient = `<radialGradient id="ring${ring}" cx="0.5" cy="0.95" r="1"><stop offset="0" stop-color="${css(heart)}"/><stop offset="0.55" stop-color="${css(mix(heart, edge, 0.65))}"/><stop offset="1" stop-color="${css(edge)}"/></radialGradient>`;
    const petal = (index: number) => {
      const angle = turn + (360 / petalsPerRing) * (index + between(random, -0.12, 0.12));
      const half = (reach * 2.1) / petalsPerRing;
      return `<path d="M0,0 C${(-half * 1.5).toFixed(1)},${(-reach * 0.35).toFixed(1)} ${(-half * 1.2).toFixed(1)},${(-reach * 1.02).toFixed(1)} 0,${(-reach).toFixed(1)} C${(half * 1.2).toFixed(1)},${(-reach * 1.02).toFixed(1)} ${(half * 1.5).toFixed(1)},${(-reach * 0.35).toFixed(1)} 0,0 Z" transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${angle.toFixed(1)})" fill="url(#ring${ring})" opacity="0.95"/>`;
    };
    return gradient + Array.from({ length: petalsPerRing }, (_, index) => petal(index)).join('');
  });
  return `${stem}${rings.join('')}${circle(x, y, size * 0.09, css(mix(accent, WHITE, 0.25)), 0.9)}`;
}

function orbs(random: Random, width: number, height: number, { subject, accent }: Palette): string {
  const gradient = `<radialGradient id="orb" cx="0.34" cy="0.3" r="0.8"><stop offset="0" stop-color="${css(mix(subject, WHITE, 0.55))}"/><stop offset="0.5" stop-color="${css(subject)}"/><stop offset="1" stop-color="${css(mix(subject, NIGHT, 0.7))}"/></radialGradient>`;
  const size = Math.min(width, height);
  const orb = () => {
    const radius = size * between(random, 0.04, 0.16);
    const x = width * between(random, 0.12, 0.88);
    const y = height * between(random, 0.3, 0.75);
    const ring = `<ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${(radius * 1.6).toFixed(1)}" ry="${(radius * 0.3).toFixed(1)}" fill="none" stroke="${css(mix(accent, WHITE, 0.3))}" stroke-width="${(radius * 0.06).toFixed(1)}" opacity="0.75" transform="rotate(${between(random, -28, 28).toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)})"/>`;
    return circle(x, y, radius, 'url(#orb)', 0.96) + (random() < 0.6 ? ring : '');
  };
  return gradient + Array.from({ length: 3 + Math.floor(random() * 4) }, orb).join('');
}

function motes(random: Random, width: number, height: number, count: number, { accent }: Palette): string {
  const mote = () =>
    circle(
      random() * width,
      height * between(random, 0.3, 1),
      between(random, 1, 6),
      css(mix(accent, WHITE, 0.5)),
      between(random, 0.08, 0.4),
    );
  return Array.from({ length: count }, mote).join('');
}
