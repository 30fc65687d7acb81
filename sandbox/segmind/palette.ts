import { between, type Random } from './random.ts';

/** Colour words that CSS also knows, without those that rarely mean a colour (snow, linen, peru). */
const CSS_NAMES =
  'aqua beige black blue brown coral crimson cyan fuchsia gold gray green grey indigo ivory khaki lavender lime magenta maroon navy olive orange orchid pink plum purple red salmon sienna silver tan teal turquoise violet white yellow';
const OTHERS = {
  amber: '#ffb020',
  azure: '#4094f0',
  bronze: '#bc7a3a',
  copper: '#c86e44',
  cream: '#faeed0',
  emerald: '#189c60',
  golden: '#f0b82c',
  jade: '#28a878',
  lilac: '#c8a2dc',
  mauve: '#ba88b2',
  mint: '#96e2be',
  ochre: '#cc882c',
  peach: '#ffbe98',
  rust: '#b04a24',
  scarlet: '#e41c14',
  sepia: '#84603e',
};
const COLOUR_WORDS: ReadonlyMap<string, string> = new Map([
  ...CSS_NAMES.split(' ').map((name): [string, string] => [name, name]),
  ...Object.entries(OTHERS),
]);

/** The CSS colours that the prompt names and the negative prompt doesn't; random ones when there are none. */
export function choosePalette(prompt: string, negativePrompt: string, random: Random): string[] {
  const unwanted = colourWordsIn(negativePrompt);
  const wanted = colourWordsIn(prompt).filter((word) => !unwanted.includes(word));
  if (wanted.length > 0) return wanted.map((word) => COLOUR_WORDS.get(word) ?? word);
  const hue = between(random, 0, 360);
  return [0, 35, 180, 215].map((turn) => `hsl(${(hue + turn) % 360}, ${55 + (turn % 10) * 4}%, 52%)`);
}

function colourWordsIn(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[a-z]+/g))].filter((word) => COLOUR_WORDS.has(word));
}
