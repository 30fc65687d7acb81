import { type Block, COLOURS, type Letterings, MARGIN, TEXT_SIZE, WIDTH } from './theme.ts';

const TITLE_SIZE = 60;
const FIGURE_SIZE = 72;
const FIGURE_GAP = 64;
const HEIGHT = 290;

interface Figure {
  readonly value: string;
  readonly caption: string;
}

export interface Summary {
  readonly title: string;
  readonly subtitle: string;
  readonly figures: readonly Figure[];
}

/** What the picture is about, and its few large numbers. */
export function summary({ title, subtitle, figures }: Summary, { regular, bold }: Letterings): Block {
  const widthAt = (size: number, { value, caption }: Figure) =>
    Math.max(bold.width(value, size), regular.width(caption, TEXT_SIZE));
  const fits = (size: number) =>
    figures.reduce((sum, figure) => sum + widthAt(size, figure) + FIGURE_GAP, -FIGURE_GAP) <= WIDTH - 2 * MARGIN;
  // As large as the page is wide: numbers may be long.
  let figureSize = FIGURE_SIZE;
  while (!fits(figureSize) && figureSize > TEXT_SIZE) figureSize -= 2;

  function drawFigures(top: number) {
    let x = MARGIN;
    const drawn = figures.map((figure) => {
      const svg = [
        bold.draw(figure.value, { x, y: top + 222, size: figureSize, colour: COLOURS.text }),
        regular.draw(figure.caption, { x, y: top + 268, size: TEXT_SIZE, colour: COLOURS.muted }),
      ];
      x += widthAt(figureSize, figure) + FIGURE_GAP;
      return svg.join('');
    });
    return drawn.join('');
  }

  return {
    height: HEIGHT,
    draw: (top) =>
      [
        bold.draw(title, { x: MARGIN, y: top + TITLE_SIZE, size: TITLE_SIZE, colour: COLOURS.text }),
        regular.draw(subtitle, { x: MARGIN, y: top + 112, size: TEXT_SIZE, colour: COLOURS.muted }),
        drawFigures(top),
      ].join(''),
  };
}
