/** Red, green and blue, 0 to 255 each. */
export type Colour = readonly [number, number, number];

const COLOUR_WORDS: ReadonlyMap<string, Colour> = new Map(
  Object.entries<Colour>({
    amber: [255, 176, 32],
    aqua: [64, 224, 224],
    azure: [64, 148, 240],
    beige: [226, 208, 176],
    black: [24, 24, 30],
    blue: [44, 92, 214],
    bronze: [188, 122, 58],
    brown: [126, 82, 48],
    copper: [200, 110, 68],
    coral: [255, 122, 96],
    cream: [250, 238, 208],
    crimson: [200, 24, 56],
    cyan: [40, 200, 224],
    emerald: [24, 156, 96],
    fuchsia: [224, 48, 172],
    gold: [240, 184, 44],
    golden: [240, 184, 44],
    gray: [136, 140, 148],
    green: [56, 148, 64],
    grey: [136, 140, 148],
    indigo: [72, 52, 164],
    ivory: [248, 242, 224],
    jade: [40, 168, 120],
    khaki: [190, 178, 112],
    lavender: [182, 160, 232],
    lilac: [200, 162, 220],
    lime: [156, 220, 48],
    magenta: [216, 40, 150],
    maroon: [120, 24, 44],
    mauve: [186, 136, 178],
    mint: [150, 226, 190],
    navy: [24, 40, 100],
    ochre: [204, 136, 44],
    olive: [128, 132, 52],
    orange: [244, 130, 36],
    peach: [255, 190, 152],
    pink: [246, 130, 176],
    plum: [134, 60, 128],
    purple: [124, 56, 176],
    red: [208, 32, 40],
    rust: [176, 74, 36],
    salmon: [248, 142, 120],
    scarlet: [228, 40, 28],
    sepia: [132, 96, 62],
    silver: [192, 200, 210],
    tan: [206, 172, 130],
    teal: [20, 136, 140],
    turquoise: [56, 200, 190],
    violet: [146, 84, 214],
    white: [244, 246, 250],
    yellow: [250, 216, 60],
  }),
);

/** The colours that a text names, in its order, each once. */
export function coloursIn(text: string): Colour[] {
  const words = new Set(text.toLowerCase().match(/[a-z]+/g));
  return [...words].flatMap((word) => {
    const colour = COLOUR_WORDS.get(word);
    return colour ? [colour] : [];
  });
}

/** From `first` (share 0) to `second` (share 1). */
export function mix(first: Colour, second: Colour, share: number): Colour {
  const channel = (index: 0 | 1 | 2) => Math.round(first[index] + (second[index] - first[index]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** @param hue 0 to 1 around the wheel; saturation and lightness 0 to 1 */
export function fromHue(hue: number, saturation: number, lightness: number): Colour {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const turn = (offset + hue * 12) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

export function css(colour: Colour): string {
  return `rgb(${colour.join(',')})`;
}
