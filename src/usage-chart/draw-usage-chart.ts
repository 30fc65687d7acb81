import { type MonthlyUsage, rankMembers } from '../replies/usage-ranking.ts';
import { dayPanel } from './day-panel.ts';
import { count, sumOf, usdFormat } from './figures.ts';
import { memberPanel } from './member-panel.ts';
import { BACKGROUND, COLOURS, createPanel, MARGIN, type Panel, WIDTH, write } from './panel.ts';

const PANEL_GAP = 36;
const FIGURE_GAP = 64;

/** The month as `November 2026`, or a day in it as `November 22`. */
function inWords(date: string, options: Intl.DateTimeFormatOptions): string {
  return new Date(date).toLocaleDateString('en-US', { month: 'long', timeZone: 'UTC', ...options });
}

/** What the image is about, and its few large figures with their captions. */
function summaryPanel(usage: MonthlyUsage, figures: readonly [figure: string, caption: string][], size = 72): Panel {
  const { month, today } = usage;
  const panel = createPanel(290);
  const upToToday = `Up to ${inWords(today, { day: 'numeric' })}, days in UTC`;
  write(panel, `Usage in ${inWords(month, { year: 'numeric' })}`, MARGIN, 60, { size: 60, bold: true });
  write(panel, today.startsWith(month) ? upToToday : 'Days in UTC', MARGIN, 112, { colour: COLOURS.muted });
  let x = MARGIN;
  for (const [figure, caption] of figures) {
    const width = write(panel, figure, x, 222, { size, bold: true });
    x += Math.max(width, write(panel, caption, x, 268, { colour: COLOURS.muted })) + FIGURE_GAP;
  }
  // Long figures are smaller, so that all of them fit.
  return x - FIGURE_GAP > WIDTH - MARGIN ? summaryPanel(usage, figures, size - 2) : panel;
}

/** Takes the place of panels without a single bar. */
function emptyPanel({ month, today }: MonthlyUsage): Panel {
  const panel = createPanel(120);
  const text = month < today.slice(0, 7) ? 'No images in this month.' : 'No images this month yet.';
  write(panel, text, WIDTH / 2, 56, { size: 40, colour: COLOURS.muted, align: 'center' });
  return panel;
}

/** Draws a server's month as a PNG. */
export function drawUsageChart(usage: MonthlyUsage): Buffer {
  const members = rankMembers(usage.rows);
  const [images, costUsd] = [sumOf(members, 'images'), sumOf(members, 'costUsd')];
  const usd = usdFormat(costUsd);
  const panels = [
    summaryPanel(usage, [
      [count(images), images === 1 ? 'image' : 'images'],
      [`US$ ${usd(costUsd)}`, 'cost'],
      [count(members.length), members.length === 1 ? 'member' : 'members'],
    ]),
    ...(members.length > 0 ? [dayPanel(usage, 'images', count)] : [emptyPanel(usage)]),
    ...(costUsd > 0 ? [dayPanel(usage, 'costUsd', usd)] : []),
    ...(members.length > 0 ? [memberPanel(members, usd)] : []),
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
