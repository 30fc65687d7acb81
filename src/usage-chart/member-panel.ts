import { type MemberTotals, RANKED_MEMBERS } from '../replies/usage-ranking.ts';
import type { Texts } from '../texts/index.ts';
import { BAR_START, COLOURS, createPanel, HEADING, MARGIN, type Panel, WIDTH, write } from './panel.ts';
import { sumOf } from './sum-of.ts';

const HEADING_HEIGHT = 74;
const ROW_HEIGHT = 51;
const COLUMN_GAP = 36;

/**
 * Bars of the members with the most images, by their number in `rankMembers`: names stand in the message, since the shipped font
 * lacks many letters. The members after those share the last bar.
 */
export function memberPanel(members: readonly MemberTotals[], { format, usageChart }: Texts): Panel {
  const others = members.slice(RANKED_MEMBERS);
  const sums = { images: sumOf(others, 'images'), costUsd: sumOf(others, 'costUsd') };
  const rows = [...members.slice(0, RANKED_MEMBERS), ...(others.length > 0 ? [sums] : [])];
  // The sums of the others have a line of text above them.
  const lineOf = (row: number) => (row < RANKED_MEMBERS ? row : row + 1);
  const panel = createPanel(HEADING_HEIGHT + ROW_HEIGHT * lineOf(rows.length));
  const baseline = (line: number) => HEADING_HEIGHT + ROW_HEIGHT * line + 29;
  const bold = { bold: true, align: 'right' } as const;
  const muted = { colour: COLOURS.muted, align: 'right' } as const;

  /** @returns where the column to its left ends */
  function writeColumn(right: number, caption: string, figures: string[], style: typeof bold | typeof muted): number {
    const widths = figures.map((figure, row) => write(panel, figure, right, baseline(lineOf(row)), style));
    return right - Math.max(write(panel, caption, right, HEADING.size, muted), ...widths) - COLUMN_GAP;
  }

  write(panel, usageChart.imagesByMember, MARGIN, HEADING.size, HEADING);
  const costs = rows.map(({ costUsd }) => format.usd(costUsd));
  const counts = rows.map(({ images }) => format.number(images));
  const imagesEnd = writeColumn(WIDTH - MARGIN, usageChart.cost, costs, muted);
  const barEnd = writeColumn(imagesEnd, usageChart.images(sumOf(members, 'images')), counts, bold);
  const othersLine = baseline(RANKED_MEMBERS);
  if (others.length > 0)
    write(panel, usageChart.others(others.length), BAR_START, othersLine, { colour: COLOURS.muted });
  const most = Math.max(1, ...rows.map(({ images }) => images));
  for (const [row, { images }] of rows.entries()) {
    const isMember = row < RANKED_MEMBERS;
    if (isMember) write(panel, String(row + 1), BAR_START - 16, baseline(row), bold);
    panel.fillStyle = isMember && images > 0 ? COLOURS.images : COLOURS.others;
    panel.beginPath();
    panel.roundRect(BAR_START, baseline(lineOf(row)) - 29, Math.max(4, ((barEnd - BAR_START) * images) / most), 34, 4);
    panel.fill();
  }
  return panel;
}
