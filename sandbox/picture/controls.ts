import { type Message, selectsOf } from '../discord/index.ts';
import { type Box, flowed } from './boxes.ts';
import { plainText } from './text.ts';
import { COLOUR } from './theme.ts';

/** By Discord's number of the style: primary, secondary, success, danger, link. */
const FILL: ReadonlyMap<number, string> = new Map([
  [1, COLOUR.brand],
  [2, '#4e5058'],
  [3, '#248046'],
  [4, '#da373c'],
  [5, '#4e5058'],
]);
const BUTTON_HEIGHT = 34;
const SELECT = { width: 400, height: 40 };
const GAP = 8;
const DISABLED_OPACITY = 0.45;

/** One row of buttons, or a select menu. */
export function controlRow(message: Message, row: Message['components'][number], width: number): Box {
  const selects = selectsOf({ ...message, components: [row] }).map(({ placeholder, disabled }) =>
    selectBox(placeholder ?? 'Make a selection', disabled === true),
  );
  return flowed([...buttonsIn(row), ...selects], GAP, width);
}

function buttonsIn(row: Message['components'][number]): Box[] {
  const components = 'components' in row ? row.components : [];
  return components.flatMap((component) => {
    if (component.type !== 2) return [];
    const { style, disabled } = component;
    const emoji = 'emoji' in component ? (component.emoji?.name ?? '') : '';
    const label = 'label' in component ? (component.label ?? '') : '';
    const arrow = style === 5 ? '↗' : '';
    const caption = [emoji, label, arrow].filter((part) => part !== '').join(' ');
    return [buttonBox(caption, FILL.get(style) ?? COLOUR.brand, disabled === true)];
  });
}

function buttonBox(caption: string, fill: string, isDisabled: boolean): Box {
  const colour = isDisabled ? mixed(COLOUR.white) : COLOUR.white;
  const label = plainText(caption, { face: 'regular', size: 14, colour });
  const width = Math.ceil(label.width) + 32;
  return {
    width,
    height: BUTTON_HEIGHT,
    draw(canvas, x, y) {
      const opacity = isDisabled ? DISABLED_OPACITY : 1;
      canvas.rectangle({ x, y, width, height: BUTTON_HEIGHT, fill, radius: 6, opacity });
      label.draw(canvas, x + 16, y + (BUTTON_HEIGHT - label.height) / 2);
    },
  };
}

function selectBox(placeholder: string, isDisabled: boolean): Box {
  const colour = isDisabled ? mixed(COLOUR.muted) : COLOUR.muted;
  const label = plainText(placeholder, { face: 'regular', size: 14, colour });
  return {
    ...SELECT,
    draw(canvas, x, y) {
      canvas.rectangle({ ...SELECT, x, y, fill: COLOUR.embedBar, radius: 6 });
      label.draw(canvas, x + 12, y + (SELECT.height - label.height) / 2);
      canvas.stroke(`M${x + SELECT.width - 24} ${y + 18}l5 5l5 -5`, colour, 2);
    },
  };
}

/** A colour that a disabled control shows over the background. */
function mixed(colour: string): string {
  const channel = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16);
  const parts = [1, 3, 5].map((at) => {
    const value = channel(colour, at) * DISABLED_OPACITY + channel(COLOUR.background, at) * (1 - DISABLED_OPACITY);
    return Math.round(value).toString(16).padStart(2, '0');
  });
  return `#${parts.join('')}`;
}
