import { type MonthlyUsage, rankMembers } from '../replies/usage-ranking.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { dayPanel } from './day-panel.ts';
import { memberPanel } from './member-panel.ts';
import { BACKGROUND, COLOURS, createPanel, MARGIN, type Panel, WIDTH, write } from './panel.ts';
import { sumOf } from './sum-of.ts';

const PANEL_GAP = 36;
const FIGURE_GAP = 64;

type ChartTexts = Pick<Texts, 'format' | 'usageChart'>;
type Figures = readonly (readonly [figure: string, caption: string])[];

/** The month, and its few large figures with their captions. */
function summaryPanel(usage: MonthlyUsage, figures: Figures, { format, usageChart }: ChartTexts, size = 72): Panel {
  const { month, today } = usage;
  const panel = createPanel(290);
  const days = today.startsWith(month) ? usageChart.daysUpTo(format.dayOfYear(today)) : usageChart.days;
  write(panel, usageChart.title(format.month(month)), MARGIN, 60, { size: 60, bold: true });
  write(panel, days, MARGIN, 112, { colour: COLOURS.muted });
  let x = MARGIN;
  for (const [figure, caption] of figures) {
    const width = write(panel, figure, x, 222, { size, bold: true });
    x += Math.max(width, write(panel, caption, x, 268, { colour: COLOURS.muted })) + FIGURE_GAP;
  }
  // Long figures are smaller, so that all of them fit.
  return x - FIGURE_GAP > WIDTH - MARGIN ? summaryPanel(usage, figures, { format, usageChart }, size - 2) : panel;
}

/** Takes the place of panels without a single bar. */
function emptyPanel({ month, today }: MonthlyUsage, { usageChart }: Texts): Panel {
  const panel = createPanel(120);
  const text = month < today.slice(0, 7) ? usageChart.noImages : usageChart.noImagesYet;
  write(panel, text, WIDTH / 2, 56, { size: 40, colour: COLOURS.muted, align: 'center' });
  return panel;
}

/** Draws a server's month as a PNG, in the reader's language. */
export function drawUsageChart(usage: MonthlyUsage): Buffer {
  const texts = textsIn(usage.locale);
  const { format, usageChart } = texts;
  const members = rankMembers(usage.rows);
  const [images, costUsd] = [sumOf(members, 'images'), sumOf(members, 'costUsd')];
  const figures = [
    [format.number(images), usageChart.images(images)],
    [format.usd(costUsd), usageChart.cost],
    [format.number(members.length), usageChart.members(members.length)],
  ] as const;
  const panels = [
    summaryPanel(usage, figures, texts),
    ...(members.length > 0 ? [dayPanel(usage, 'images', texts)] : [emptyPanel(usage, texts)]),
    ...(costUsd > 0 ? [dayPanel(usage, 'costUsd', texts)] : []),
    ...(members.length > 0 ? [memberPanel(members, texts)] : []),
  ];
  const height = panels.reduce((sum, { canvas }) => sum + canvas.height + PANEL_GAP, 2 * MARGIN - PANEL_GAP);
  const page = createPanel(height);
  page.fillStyle = BACKGROUND;
  page.fillRect(0, 0, WIDTH, height);
  let top = MARGIN;
  for (const { canvas } of panels) {
    page.drawImage(canvas, 0, top);
    top += canvas.height + PANEL_GAP;
  }
  return page.canvas.toBuffer('image/png');
}
