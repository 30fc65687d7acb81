import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { COLOURS, MARGIN, WIDTH } from '../../src/delivery/chart/theme.ts';
import { type MonthlyUsage, renderUsageChart } from '../../src/delivery/usage-chart.ts';

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
  return { month, today, rows };
}

/** So many members on one day, the first with the most images. */
function manyMembers(count: number): MonthlyUsage {
  const rows = Array.from({ length: count }, (_, index) => ({
    day: '2026-11-03',
    memberId: memberId(index),
    images: 100 - index,
    costUsd: 1.5,
  }));
  return { month: '2026-11', today: '2026-11-22', rows };
}

async function pixelsOf(chart: Buffer) {
  const { data, info } = await sharp(chart).raw().toBuffer({ resolveWithObject: true });
  const colourAt = (x: number, y: number) =>
    `#${data.toString('hex', 3 * (y * info.width + x), 3 * (y * info.width + x) + 3)}`;
  return { ...info, colourAt };
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

/** How many bars of a colour stand side by side: the most along any row; no letter has so long a stroke. */
function standingBars({ width, height, colourAt }: Pixels, colour: string): number {
  const counts = Array.from(
    { length: height },
    (_, y) => runs(width, (x) => colourAt(x, y) === colour).filter((run) => run >= 20 && run <= 30).length,
  );
  return Math.max(...counts);
}

/** How many bars of a colour lie below each other. */
function lyingBars({ width, height, colourAt }: Pixels, colour: string): number {
  const counts = Array.from(
    { length: width },
    (_, x) => runs(height, (y) => colourAt(x, y) === colour).filter((run) => run === 34).length,
  );
  return Math.max(...counts);
}

/** Renders in a process of its own, with nothing but these variables; resolves to the picture and to what it said on stderr. */
async function renderElsewhere(program: string, environment: Record<string, string>, usage?: MonthlyUsage) {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', tsx, '--input-type=module', '--eval', program, JSON.stringify(usage)],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), env: environment, encoding: 'buffer' },
  );
  return { picture: stdout, complaints: stderr.toString() };
}

const CHART_PROGRAM = `
  import { renderUsageChart } from './src/delivery/usage-chart.ts';
  process.stdout.write(await renderUsageChart(JSON.parse(process.argv[1])));`;

/** What the chart must not do: let the picture library write text. */
const TEXT_PROGRAM = `
  import sharp from 'sharp';
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text x="9" y="20">Text</text></svg>';
  process.stdout.write(await sharp(Buffer.from(svg)).png().toBuffer());`;

/** A system without fonts, font set-up and home, as slim images are. */
const BARE = { PATH: '', HOME: '/nowhere', FONTCONFIG_FILE: '/nowhere/fonts.conf', FONTCONFIG_PATH: '/nowhere' };

describe('renderUsageChart', () => {
  it('makes a PNG without transparency, 1080 pixels wide', async () => {
    const chart = await renderUsageChart(manyMembers(24));
    expect(await sharp(chart).metadata()).toMatchObject({ format: 'png', width: 1080, channels: 3 });
    expect(chart.length).toBeLessThan(500_000);
  });

  it('draws one chart after the other, in the order asked', async () => {
    const drawn: string[] = [];
    const draw = async (name: string, usage: MonthlyUsage) => {
      await renderUsageChart(usage);
      drawn.push(name);
    };
    await Promise.all([
      draw('full', manyMembers(400)),
      draw('empty', { month: '2026-11', today: '2026-11-22', rows: [] }),
      draw('full again', manyMembers(400)),
    ]);
    expect(drawn).toEqual(['full', 'empty', 'full again']);
  });

  it('gives the same bytes and says nothing on a system without fonts', async () => {
    const usage = manyMembers(24);
    const { picture, complaints } = await renderElsewhere(CHART_PROGRAM, BARE, usage);
    expect(complaints).toBe('');
    expect(picture.equals(await renderUsageChart(usage))).toBe(true);
  });

  it('is tested on a system where text of the picture library fails', async () => {
    const { complaints } = await renderElsewhere(TEXT_PROGRAM, BARE);
    expect(complaints).toContain('Fontconfig error');
  });

  it.each([
    ['a month under way', growingMonth('2026-11', '2026-11-22', 22), 21, 1],
    ['its first day', growingMonth('2026-11', '2026-11-01', 1), 0, 1],
    ['its last day', growingMonth('2026-12', '2026-12-31', 31), 30, 1],
    ['a month that is over, of 31 days', growingMonth('2026-10', '2026-11-22', 31), 31, 0],
    ['February', growingMonth('2026-02', '2026-03-02', 28), 28, 0],
    ['February of a leap year', growingMonth('2028-02', '2028-02-29', 29), 28, 1],
  ])('has a bar for each day and marks today: %s', async (_, usage, otherDays, todays) => {
    const pixels = await pixelsOf(await renderUsageChart(usage));
    expect(standingBars(pixels, COLOURS.images)).toBe(otherDays);
    expect(standingBars(pixels, COLOURS.imagesToday)).toBe(todays);
    expect(standingBars(pixels, COLOURS.cost)).toBe(otherDays);
    expect(standingBars(pixels, COLOURS.costToday)).toBe(todays);
  });

  it('shows days without images that have been, and leaves those to come empty', async () => {
    const usage = { month: '2026-11', today: '2026-11-22', rows: growingMonth('2026-11', '2026-11-22', 5).rows };
    expect(standingBars(await pixelsOf(await renderUsageChart(usage)), COLOURS.others)).toBe(22 - 5);
  });

  it.each([
    [1, 1, 0],
    [10, 10, 0],
    [11, 10, 1],
    [400, 10, 1],
  ])('of %i members, %i have a bar and the others share %i', async (members, bars, shared) => {
    const pixels = await pixelsOf(await renderUsageChart(manyMembers(members)));
    expect(lyingBars(pixels, COLOURS.images)).toBe(bars);
    expect(lyingBars(pixels, COLOURS.others)).toBe(shared);
  });

  it('has no panel of costs when nothing was charged', async () => {
    const rows = [{ day: '2026-11-03', memberId: memberId(0), images: 100_000, costUsd: 0 }];
    const pixels = await pixelsOf(await renderUsageChart({ month: '2026-11', today: '2026-11-22', rows }));
    expect(lyingBars(pixels, COLOURS.images)).toBe(1);
    expect(standingBars(pixels, COLOURS.images)).toBe(1);
    expect(standingBars(pixels, COLOURS.others)).toBe(21);
    const free = pixels.height;
    const charged = { month: '2026-11', today: '2026-11-22', rows: rows.map((row) => ({ ...row, costUsd: 0.000001 })) };
    expect((await pixelsOf(await renderUsageChart(charged))).height).toBeGreaterThan(free);
  });

  it('is short when the month is empty, and says whether images may come yet', async () => {
    const empty = (month: string) => renderUsageChart({ month, today: '2026-11-22', rows: [] });
    const { height } = await pixelsOf(await renderUsageChart(manyMembers(1)));
    const [yet, over] = [await pixelsOf(await empty('2026-11')), await pixelsOf(await empty('2026-10'))];
    expect(yet.height).toBeLessThan(height / 2);
    const message = (pixels: Pixels) =>
      Array.from({ length: 160 * WIDTH }, (_, index) =>
        pixels.colourAt(index % WIDTH, pixels.height - 160 + Math.floor(index / WIDTH)),
      );
    expect(message(yet)).toContain(COLOURS.muted);
    expect(message(yet)).not.toEqual(message(over));
  });

  it('writes other months in other letters', async () => {
    const [may, june] = await Promise.all(
      ['2026-05', '2026-06'].map(async (month) =>
        pixelsOf(await renderUsageChart({ month, today: '2026-11-22', rows: [] })),
      ),
    );
    const title = (pixels?: Pixels) =>
      Array.from({ length: 80 * WIDTH }, (_, index) =>
        pixels?.colourAt(index % WIDTH, MARGIN + Math.floor(index / WIDTH)),
      );
    expect(title(may)).toContain(COLOURS.text);
    expect(title(may)).not.toEqual(title(june));
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
    });
    await fc.assert(
      fc.asyncProperty(usage, async (month) => {
        const { width, height, colourAt } = await pixelsOf(await renderUsageChart(month));
        // A day's label may be wider than its day, by a little.
        const [left, right] = [MARGIN - 2, width - MARGIN + 16];
        for (let y = 0; y < height; y += 1) {
          for (let x = 0; x < width; x = x === left ? right : x + 1) {
            if (colourAt(x, y) !== COLOURS.background) throw new Error(`Something is in the margin, at ${x}, ${y}`);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
