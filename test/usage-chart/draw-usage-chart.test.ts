import type { SKRSContext2D } from '@napi-rs/canvas';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import type { MonthlyUsage } from '../../src/replies/usage-ranking.ts';
import { drawUsageChart } from '../../src/usage-chart/draw-usage-chart.ts';
import { BACKGROUND, BAR_START, COLOURS, createPanel, MARGIN, WIDTH } from '../../src/usage-chart/panel.ts';

const locale = 'en-US';
const IMAGES_TODAY = '#c3c8ff';
const COST = '#45b97c';
const COST_TODAY = '#a3e8c4';
/** The rows of pixels between the top and the bottom of the bars by day. */
const IMAGE_ROWS = { from: 462, to: 638 };
const COST_ROWS = { from: 818, to: 994 };

const memberId = (index: number) => String(100_000_000_000_000_000n + BigInt(index));
const dayOf = (month: string, day: number) => `${month}-${String(day).padStart(2, '0')}`;

/** One member, who makes as many images as the day's number. */
function growingMonth(month: string, today: string, days: number): MonthlyUsage {
  const rows = Array.from({ length: days }, (_, index) => ({
    day: dayOf(month, index + 1),
    memberId: memberId(0),
    images: index + 1,
    costUsd: (index + 1) * 0.0103,
  }));
  return { month, today, rows, locale };
}

/** So many members on one day, the first with the most images. */
function manyMembers(count: number): MonthlyUsage {
  const rows = Array.from({ length: count }, (_, index) => ({
    day: '2026-11-03',
    memberId: memberId(index),
    images: Math.max(1, 100 - index),
    costUsd: 1.5,
  }));
  return { month: '2026-11', today: '2026-11-22', rows, locale };
}

async function pixelsOf(chart: Buffer) {
  const { data, info } = await sharp(chart).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const isColour = (x: number, y: number, colour: string) =>
    data.readUIntBE(3 * (y * info.width + x), 3) === Number.parseInt(colour.slice(1), 16);
  return { ...info, isColour };
}

type Pixels = Awaited<ReturnType<typeof pixelsOf>>;

/** The lengths of what has a colour without a break, along a line of pixels. */
function runs(length: number, isColoured: (position: number) => boolean): number[] {
  const lengths: number[] = [];
  for (let position = 0, run = 0; position <= length; position += 1) {
    if (position < length && isColoured(position)) run += 1;
    else if (run > 0) {
      lengths.push(run);
      run = 0;
    }
  }
  return lengths;
}

/** How many bars of a colour stand side by side, at most along a row. */
function standingBars({ width, isColour }: Pixels, colour: string, { from, to } = IMAGE_ROWS): number {
  const counts = Array.from(
    { length: to - from },
    (_, row) => runs(width, (x) => isColour(x, from + row, colour)).filter((run) => run >= 15 && run <= 30).length,
  );
  return Math.max(...counts);
}

/** How many bars of a colour lie below each other, where all of them begin. */
function lyingBars({ height, isColour }: Pixels, colour: string): number {
  return runs(height, (y) => isColour(BAR_START + 5, y, colour)).filter((run) => run === 34).length;
}

/** All texts of a chart in the order drawn; those in bold start with two asterisks. */
function textsOf(usage: MonthlyUsage): string[] {
  const prototype: SKRSContext2D = Object.getPrototypeOf(createPanel(1));
  const texts: string[] = [];
  const { fillText } = prototype;
  vi.spyOn(prototype, 'fillText').mockImplementation(function (this: SKRSContext2D, text, ...place) {
    texts.push(this.font.startsWith('bold') ? `**${text}` : text);
    fillText.call(this, text, ...place);
  });
  drawUsageChart(usage);
  vi.restoreAllMocks();
  return texts.filter((text) => text !== '' && text !== '**');
}

describe('drawUsageChart', () => {
  it('makes an opaque PNG, 1080 pixels wide', async () => {
    const chart = drawUsageChart(manyMembers(24));
    expect(await sharp(chart).metadata()).toMatchObject({ format: 'png', width: 1080 });
    expect((await sharp(chart).stats()).isOpaque).toBe(true);
    expect(chart.length).toBeLessThan(500_000);
  });

  it.each([
    ['a month under way', growingMonth('2026-11', '2026-11-22', 22), 21, 1],
    ['its first day', growingMonth('2026-11', '2026-11-01', 1), 0, 1],
    ['its last day', growingMonth('2026-12', '2026-12-31', 31), 30, 1],
    ['a month that is over, of 31 days', growingMonth('2026-10', '2026-11-22', 31), 31, 0],
    ['February', growingMonth('2026-02', '2026-03-02', 28), 28, 0],
    ['February of a leap year', growingMonth('2028-02', '2028-02-29', 29), 28, 1],
  ])('has a bar for each day and marks today: %s', async (_, usage, otherDays, todays) => {
    const pixels = await pixelsOf(drawUsageChart(usage));
    expect(standingBars(pixels, COLOURS.images)).toBe(otherDays);
    expect(standingBars(pixels, IMAGES_TODAY)).toBe(todays);
    expect(standingBars(pixels, COST, COST_ROWS)).toBe(otherDays);
    expect(standingBars(pixels, COST_TODAY, COST_ROWS)).toBe(todays);
  });

  it('shows days without images that have been, and leaves those to come empty', async () => {
    const usage = {
      month: '2026-11',
      today: '2026-11-22',
      rows: growingMonth('2026-11', '2026-11-22', 5).rows,
      locale,
    };
    expect(standingBars(await pixelsOf(drawUsageChart(usage)), COLOURS.others)).toBe(22 - 5);
  });

  it.each([
    [1, 1, 0],
    [10, 10, 0],
    [11, 10, 1],
    [400, 10, 1],
  ])('of %i members, %i have a bar and the others share %i', async (members, bars, shared) => {
    const pixels = await pixelsOf(drawUsageChart(manyMembers(members)));
    expect(lyingBars(pixels, COLOURS.images)).toBe(bars);
    expect(lyingBars(pixels, COLOURS.others)).toBe(shared);
  });

  it('has no panel of costs when nothing was charged', async () => {
    const rows = [{ day: '2026-11-03', memberId: memberId(0), images: 100_000, costUsd: 0 }];
    const pixels = await pixelsOf(drawUsageChart({ month: '2026-11', today: '2026-11-22', rows, locale }));
    expect(lyingBars(pixels, COLOURS.images)).toBe(1);
    expect(standingBars(pixels, COLOURS.images)).toBe(1);
    expect(standingBars(pixels, COLOURS.others)).toBe(21);
    const free = pixels.height;
    const charged = {
      month: '2026-11',
      today: '2026-11-22',
      rows: rows.map((row) => ({ ...row, costUsd: 0.000001 })),
      locale,
    };
    expect((await pixelsOf(drawUsageChart(charged))).height).toBeGreaterThan(free);
  });

  it('shows totals, today in bold with its figure, a scale, and columns of figures', () => {
    expect(textsOf({ ...manyMembers(14), today: '2026-11-03' })).toEqual([
      ...['**Usage in November 2026', 'Up to November 3, days in UTC'],
      ...['**1,309', 'images', '**$21.00', 'cost', '**14', 'members'],
      ...['1', '**3', '5', '10', '15', '20', '25', '30', '0', '500', '1K', '1.5K', '**Images by day', '**today 1,309'],
      ...[
        '1',
        '**3',
        '5',
        '10',
        '15',
        '20',
        '25',
        '30',
        '0',
        '10',
        '20',
        '30',
        '**Cost by day in US$',
        '**today $21.00',
      ],
      '**Images by member',
      ...[...new Array(10).fill('$1.50'), '$6.00', 'cost'],
      ...['**100', '**99', '**98', '**97', '**96', '**95', '**94', '**93', '**92', '**91', '**354', 'images'],
      'and 4 others',
      ...['**1', '**2', '**3', '**4', '**5', '**6', '**7', '**8', '**9', '**10'],
    ]);
  });

  it.each([
    ['2026-11-01', ['**1', '5', '10', '15', '20', '25', '30']],
    ['2026-11-02', ['**2', '5', '10', '15', '20', '25', '30']],
    ['2026-11-22', ['1', '5', '10', '15', '20', '**22', '25', '30']],
    ['2026-11-29', ['1', '5', '10', '15', '20', '25', '**29']],
    ['2026-12-01', ['1', '5', '10', '15', '20', '25', '30']],
  ])('leaves out the days whose labels would touch that of today, %s', (today, labels) => {
    expect(textsOf({ ...manyMembers(1), today }).slice(8, 8 + labels.length)).toEqual(labels);
  });

  it.each([
    ['2026-05', '**Usage in May 2026', 'Days in UTC', 'No images in this month.'],
    ['2026-11', '**Usage in November 2026', 'Up to November 22, days in UTC', 'No images this month yet.'],
    ['2026-12', '**Usage in December 2026', 'Days in UTC', 'No images this month yet.'],
  ])('says so where there are no images, in %s', async (month, title, subtitle, message) => {
    const usage = { month, today: '2026-11-22', rows: [], locale };
    const figures = ['**0', 'images', '**$0.00', 'cost', '**0', 'members'];
    expect(textsOf(usage)).toEqual([title, subtitle, ...figures, message]);
    expect((await pixelsOf(drawUsageChart(usage))).height).toBe(558);
  });

  it('speaks of one image, one member and one other in the singular', () => {
    const [one] = manyMembers(1).rows.map((row) => ({ ...row, images: 1 }));
    expect(textsOf({ ...manyMembers(1), rows: one ? [one] : [] })).toEqual(expect.arrayContaining(['image', 'member']));
    expect(textsOf(manyMembers(11))).toContain('and 1 other');
  });

  it.each([
    [1, 0.0103, '0.015'],
    [7, 0.0055, '0.006'],
    [12_100_000, 121_000, '15M'],
    [7_300, 730, '8K'],
  ])('has room for the numbers at its scales: %d images for US$ %d', async (images, costUsd, widest) => {
    const usage = {
      month: '2026-11',
      today: '2026-11-22',
      rows: [{ day: '2026-11-03', memberId: memberId(0), images, costUsd }],
      locale,
    };
    expect(textsOf(usage)).toContain(widest);
    const { isColour } = await pixelsOf(drawUsageChart(usage));
    for (const { from, to } of [IMAGE_ROWS, COST_ROWS]) {
      // Text without room would be cut off here.
      for (let y = from; y < to; y += 1) expect(isColour(MARGIN, y, BACKGROUND)).toBe(true);
    }
  });

  it('keeps within its margins, whatever was used', async () => {
    const row = fc.record({
      day: fc.integer({ min: 1, max: 31 }).map((day) => dayOf('2026-12', day)),
      memberId: fc.integer({ min: 0, max: 2_000 }).map(memberId),
      images: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 10_000_000 })),
      costUsd: fc.oneof(
        fc.constant(0),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 100_000, noNaN: true }),
      ),
    });
    const usage = fc.record({
      month: fc.constant('2026-12'),
      today: fc.constantFrom('2026-11-30', '2026-12-01', '2026-12-15', '2026-12-31', '2027-01-01'),
      rows: fc.array(row, { maxLength: 60 }),
      locale: fc.constant(locale),
    });
    const inMargin = async (chart: Buffer, left: number, width: number) => {
      const { height = 0 } = await sharp(chart).metadata();
      const margin = await sharp(chart).extract({ left, top: 0, width, height }).removeAlpha().raw().toBuffer();
      return !margin.equals(Buffer.alloc(margin.length, BACKGROUND.slice(1), 'hex'));
    };
    await fc.assert(
      fc.asyncProperty(usage, async (month) => {
        const chart = drawUsageChart(month);
        expect(await inMargin(chart, 0, MARGIN - 2)).toBe(false);
        // A day's label may be wider than its day, by a little.
        expect(await inMargin(chart, WIDTH - MARGIN + 16, MARGIN - 16)).toBe(false);
      }),
      { numRuns: 8 },
    );
  });
});
