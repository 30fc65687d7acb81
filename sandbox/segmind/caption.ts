import { createRequire } from 'node:module';
import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

/** No system font has this name, so the same image has the same bytes on every system. */
const FONT = 'sandbox-caption';
const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');
if (!GlobalFonts.registerFromPath(FONT_FILE, FONT)) throw new Error(`Cannot read the font ${FONT_FILE}`);

/** Characters that the font may lack, and would draw as boxes. */
const UNDRAWABLE = /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic} -~¡-¿×÷‐-‧‰-›€−]+/gu;
/** Line breaks and format characters show nothing anyway. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}]+/gu;
const MAX_CHARACTERS = 300;
/** Longer words are split. */
const MAX_WORD = /\S{1,30}/g;
const LINE_HEIGHT = 1.3;
/** As a fraction of the shorter side. */
const MARGIN = 0.05;
const SIZES = { largest: 0.1, smallest: 0.03, note: 0.022 };
const MAX_TEXT_HEIGHT = 0.6;

/** Writes the prompt as large as possible on a panel in the middle, with a note below it; says so if some characters can't be drawn. */
export function drawCaption(context: SKRSContext2D, prompt: string, note: string): void {
  const { width, height } = context.canvas;
  const shorter = Math.min(width, height);
  const margin = shorter * MARGIN;
  const maxWidth = width - 4 * margin;
  const noteSize = shorter * SIZES.note;
  const { text, isComplete } = drawableText(prompt);
  const words = text.match(MAX_WORD) ?? [];
  const notes = isComplete ? [note] : ["Some characters can't be drawn here.", note];
  let size = shorter * SIZES.largest;
  let lines = wrap(context, words, size, maxWidth);
  while (size > shorter * SIZES.smallest && lines.length * size * LINE_HEIGHT > height * MAX_TEXT_HEIGHT) {
    size *= 0.9;
    lines = wrap(context, words, size, maxWidth);
  }
  const widest = Math.min(maxWidth, Math.max(shorter / 2, ...lines.map((line) => context.measureText(line).width)));
  const panel = {
    width: widest + 2 * margin,
    height: (lines.length * size + notes.length * noteSize) * LINE_HEIGHT + 1.5 * margin,
  };
  const top = (height - panel.height) / 2;
  context.fillStyle = 'rgba(16, 18, 32, 0.86)';
  context.beginPath();
  context.roundRect((width - panel.width) / 2, top, panel.width, panel.height, margin / 2);
  context.fill();
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const write = (text: string, colour: string, y: number) => {
    context.fillStyle = colour;
    context.fillText(text, width / 2, y, maxWidth);
  };
  for (const [index, line] of lines.entries()) {
    write(line, 'white', top + margin * 0.75 + (index + 0.5) * size * LINE_HEIGHT);
  }
  context.font = `${noteSize}px ${FONT}`;
  for (const [index, line] of notes.toReversed().entries()) {
    write(line, '#b5bac1', top + panel.height - margin * 0.75 - noteSize * (0.4 + index * LINE_HEIGHT));
  }
}

function drawableText(prompt: string): { text: string; isComplete: boolean } {
  const visible = prompt.normalize('NFKC').replace(INVISIBLE, ' ').trim();
  const drawable = visible.replace(UNDRAWABLE, ' ').trim();
  const text = drawable.length > MAX_CHARACTERS ? `${drawable.slice(0, MAX_CHARACTERS)}…` : drawable;
  return { text, isComplete: !visible.match(UNDRAWABLE) };
}

/** Joins words into lines, and leaves the context with this font size. @param size px */
function wrap(context: SKRSContext2D, words: readonly string[], size: number, maxWidth: number): string[] {
  context.font = `${size}px ${FONT}`;
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= maxWidth) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}
