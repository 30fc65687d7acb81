import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import pLimit from 'p-limit';
import { rankMembers, type UsageRow } from '../replies/usage-ranking.ts';
import { nextTurn } from '../time.ts';
import { type DayPanel, dayPanel } from './chart/day-panel.ts';
import { count, usdFormat } from './chart/figures.ts';
import { createLettering } from './chart/lettering.ts';
import { memberPanel } from './chart/member-panel.ts';
import { calendarOf, type MonthCalendar, sumByDay } from './chart/month.ts';
import { roundScale } from './chart/scale.ts';
import { summary } from './chart/summary.ts';
import { type Block, COLOURS, type Letterings, MARGIN, rectangle, TEXT_SIZE, WIDTH } from './chart/theme.ts';

export interface MonthlyUsage {
  /** As `2026-11`. */
  readonly month: string;
  /** UTC, as `2026-11-22`; any day, also one of another month. */
  readonly today: string;
  /** Of one server and this month, in any order. */
  readonly rows: readonly UsageRow[];
}

const BLOCK_GAP = 36;

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The parts of the picture, from above. */
function blocksOf({ month, today, rows }: MonthlyUsage, letterings: Letterings): Block[] {
  const calendar = calendarOf(month, today);
  const members = rankMembers(rows);
  const images = sumByDay(rows, calendar.dayCount, (row) => row.images);
  const costs = sumByDay(rows, calendar.dayCount, (row) => row.costUsd);
  const [totalImages, totalUsd] = [sumOf(images), sumOf(costs)];
  const usd = usdFormat(totalUsd);
  const figures = [
    { value: count(totalImages), caption: totalImages === 1 ? 'image' : 'images' },
    { value: `US$ ${usd(totalUsd)}`, caption: 'cost' },
    { value: count(members.length), caption: members.length === 1 ? 'member' : 'members' },
  ];
  const subtitle = calendar.today ? `Up to ${calendar.today.name}, days in UTC` : 'Days in UTC';
  const head = summary({ title: `Usage in ${calendar.name}`, subtitle, figures }, letterings);
  if (members.length === 0) return [head, emptyMonth(calendar, letterings)];

  const imageScale = roundScale(Math.max(...images), { leastStep: 1, mostSteps: 4 });
  const costScale = roundScale(Math.max(...costs), { leastStep: 0.0001, mostSteps: 3 });
  const labels = [...imageScale.ticks, ...costScale.ticks].map(({ label }) =>
    letterings.regular.width(label, TEXT_SIZE),
  );
  const shared = { calendar, scaleWidth: Math.max(...labels) };
  const imagePanel: DayPanel = {
    ...shared,
    title: 'Images by day',
    values: images,
    format: count,
    scale: imageScale,
    plotHeight: 224,
    colour: COLOURS.images,
    todayColour: COLOURS.imagesToday,
  };
  const costPanel: DayPanel = {
    ...shared,
    title: 'US$ by day',
    values: costs,
    format: usd,
    scale: costScale,
    plotHeight: 148,
    colour: COLOURS.cost,
    todayColour: COLOURS.costToday,
  };
  return [
    head,
    dayPanel(imagePanel, letterings),
    ...(totalUsd > 0 ? [dayPanel(costPanel, letterings)] : []),
    memberPanel(members, usd, letterings),
  ];
}

/** In place of panels without a single bar. */
function emptyMonth({ daysBegun, dayCount, today }: MonthCalendar, { regular }: Letterings): Block {
  const text = today || daysBegun < dayCount ? 'No images this month yet.' : 'No images in this month.';
  return {
    height: 120,
    draw: (top) => regular.draw(text, { x: WIDTH / 2, y: top + 56, size: 40, colour: COLOURS.muted, anchor: 'middle' }),
  };
}

/** The blocks below each other on one page, as SVG of nothing but shapes: SVG's own text would need fonts and a fontconfig set-up. */
async function pageOf(blocks: readonly Block[]): Promise<string> {
  let top = MARGIN;
  let shapes = '';
  for (const block of blocks) {
    await nextTurn();
    shapes += block.draw(top);
    top += block.height + BLOCK_GAP;
  }
  const height = top - BLOCK_GAP + MARGIN;
  const background = rectangle({ x: 0, y: 0, width: WIDTH, height }, COLOURS.background);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}">${background}${shapes}</svg>`;
}

async function loadLettering(file: string) {
  const bytes = await readFile(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${file}`));
  await nextTurn();
  return createLettering(bytes);
}

async function render(usage: MonthlyUsage): Promise<Buffer> {
  const regular = await loadLettering('DejaVuSans.ttf');
  const bold = await loadLettering('DejaVuSans-Bold.ttf');
  await nextTurn();
  const svg = await pageOf(blocksOf(usage, { regular, bold }));
  await nextTurn();
  const { default: sharp } = await import('sharp');
  await nextTurn();
  return sharp(Buffer.from(svg)).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
}

/** For the whole process, which has one thread, whoever asks. */
const oneAtATime = pLimit(1);

/**
 * A server's month as a PNG: totals, images and costs by day, and the members with the most images by their number in
 * `rankMembers`. The same usage gives the same bytes on any system: it needs no fonts and no fontconfig set-up.
 * Fonts and sharp are loaded anew for each picture, which moderators ask for seldom; kept, they would take memory at all times.
 * Charts are drawn one after the other, in steps between which the bot answers others.
 */
export function renderUsageChart(usage: MonthlyUsage): Promise<Buffer> {
  return oneAtATime(() => render(usage));
}
