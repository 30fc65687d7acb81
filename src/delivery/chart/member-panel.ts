import { type MemberTotals, RANKED_MEMBERS } from '../../replies/usage-ranking.ts';
import { count } from './figures.ts';
import {
  type Block,
  COLOURS,
  DIGIT_MIDDLE,
  HEADING_SIZE,
  type Letterings,
  MARGIN,
  rectangle,
  TEXT_SIZE,
  WIDTH,
} from './theme.ts';

const HEADING_HEIGHT = 74;
const ROW_HEIGHT = 51;
const BAR_HEIGHT = 34;
const COLUMN_GAP = 36;
const LEAST_BAR = 4;

interface Row {
  /** The member's number in the list. Absent for the others together. */
  readonly number?: number;
  readonly images: number;
  readonly costUsd: number;
}

function sumOf(members: readonly MemberTotals[]): Row {
  return {
    images: members.reduce((sum, { images }) => sum + images, 0),
    costUsd: members.reduce((sum, { costUsd }) => sum + costUsd, 0),
  };
}

/**
 * Bars of the members with the most images, by their number in `rankMembers`: names stand in the message, since the picture's font
 * couldn't write them all. The members after those share a last bar.
 */
export function memberPanel(
  members: readonly MemberTotals[],
  usd: (costUsd: number) => string,
  { regular, bold }: Letterings,
): Block {
  const ranked: Row[] = members.slice(0, RANKED_MEMBERS).map((member, index) => ({ ...member, number: index + 1 }));
  const others = members.slice(RANKED_MEMBERS);
  const rows = others.length > 0 ? [...ranked, sumOf(others)] : ranked;
  const othersLabel = `and ${count(others.length)} ${others.length === 1 ? 'other' : 'others'}`;

  const most = Math.max(1, ...rows.map(({ images }) => images));
  const imagesWidth = Math.max(
    ...['images', ...rows.map(({ images }) => count(images))].map((text) => bold.width(text, TEXT_SIZE)),
  );
  const costWidth = Math.max(
    ...['US$', ...rows.map(({ costUsd }) => usd(costUsd))].map((text) => regular.width(text, TEXT_SIZE)),
  );
  const costEnd = WIDTH - MARGIN;
  const imagesEnd = costEnd - costWidth - COLUMN_GAP;
  const numberEnd = MARGIN + bold.width(String(RANKED_MEMBERS), TEXT_SIZE);
  const barStart = numberEnd + 20;
  const barRoom = imagesEnd - imagesWidth - COLUMN_GAP - barStart;

  const size = TEXT_SIZE;

  function heading(top: number) {
    const y = top + HEADING_SIZE;
    const caption = { y, size, colour: COLOURS.muted, anchor: 'end' } as const;
    return [
      bold.draw('Images by member', { x: MARGIN, y, size: HEADING_SIZE, colour: COLOURS.text }),
      regular.draw('images', { ...caption, x: imagesEnd }),
      regular.draw('US$', { ...caption, x: costEnd }),
    ].join('');
  }

  function row({ number, images, costUsd }: Row, top: number) {
    const y = top + BAR_HEIGHT / 2 + DIGIT_MIDDLE * size;
    const width = images > 0 ? Math.max(LEAST_BAR, (images / most) * barRoom) : LEAST_BAR;
    const colour = number === undefined || images <= 0 ? COLOURS.others : COLOURS.images;
    return [
      number === undefined
        ? ''
        : bold.draw(String(number), { x: numberEnd, y, size, colour: COLOURS.text, anchor: 'end' }),
      rectangle({ x: barStart, y: top, width, height: BAR_HEIGHT }, colour, images > 0 ? 4 : 0),
      bold.draw(count(images), { x: imagesEnd, y, size, colour: COLOURS.text, anchor: 'end' }),
      regular.draw(usd(costUsd), { x: costEnd, y, size, colour: COLOURS.muted, anchor: 'end' }),
    ].join('');
  }

  return {
    // The others' row has a line of its own above its bar.
    height: HEADING_HEIGHT + ROW_HEIGHT * (others.length > 0 ? rows.length + 1 : rows.length),
    draw(top) {
      const rowTop = (index: number) => top + HEADING_HEIGHT + index * ROW_HEIGHT;
      const label = { x: barStart, y: rowTop(RANKED_MEMBERS) + size, size, colour: COLOURS.muted };
      return [
        heading(top),
        ...rows.map((each, index) => row(each, rowTop(each.number === undefined ? index + 1 : index))),
        others.length > 0 ? regular.draw(othersLabel, label) : '',
      ].join('');
    },
  };
}
