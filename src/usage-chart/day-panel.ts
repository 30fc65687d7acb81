import { BarController, BarElement, CategoryScale, Chart, LinearScale } from 'chart.js';
import type { MonthlyUsage } from '../replies/usage-ranking.ts';
import type { Texts } from '../texts/index.ts';
import {
  BAR_START,
  COLOURS,
  createPanel,
  FONT_FAMILY,
  HEADING,
  MARGIN,
  type Panel,
  TEXT_SIZE,
  WIDTH,
  write,
} from './panel.ts';
import { sumOf } from './sum-of.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale);
Chart.defaults.set({ animation: false, responsive: false, color: COLOURS.muted });
Chart.defaults.set('font', { family: FONT_FAMILY, size: TEXT_SIZE });
Chart.defaults.set('scale', { border: { display: false }, grid: { drawTicks: false }, ticks: { padding: 14 } });
// A day without images has a bar as well: only days to come have none.
Chart.defaults.set('datasets.bar', { minBarLength: 4, borderRadius: 4, categoryPercentage: 1, barPercentage: 0.68 });

const LOOKS = {
  images: { title: 'imagesByDay', colour: COLOURS.images, todayColour: '#c3c8ff', precision: 0 },
  costUsd: { title: 'costByDay', colour: '#45b97c', todayColour: '#a3e8c4', precision: 3 },
} as const;

/** The days of a month, as `2026-11-22`. */
function daysOf(month: string): string[] {
  const [year = 0, monthOfYear = 0] = month.split('-').map(Number);
  const length = new Date(Date.UTC(year, monthOfYear, 0)).getUTCDate();
  return Array.from({ length }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`);
}

/** Bars by day of the month over a scale; days to come stay empty. */
export function dayPanel(usage: MonthlyUsage, key: keyof typeof LOOKS, { format, usageChart }: Texts): Panel {
  const figure = key === 'images' ? format.number : format.usd;
  const { title, colour, todayColour, precision } = LOOKS[key];
  const days = daysOf(usage.month);
  const today = days.indexOf(usage.today);
  const ofToday = <T>(itsOwn: T, usual: T): T[] => days.map((_, index) => (index === today ? itsOwn : usual));
  const rowsOf = (day: string) => usage.rows.filter((row) => row.day === day);
  const data = days.map((day) => (day <= usage.today ? sumOf(rowsOf(day), key) : null));
  const backgroundColor = ofToday(todayColour, colour).map((usual, index) => (data[index] ? usual : COLOURS.others));
  // Labels beside today's would touch it.
  const labelled = [0, 4, 9, 14, 19, 24, 29].filter((index) => today < 0 || Math.abs(index - today) !== 1);
  const labels = days.map((_, index) => (index === today || labelled.includes(index) ? String(index + 1) : ''));
  const lineWidth = ofToday((WIDTH - MARGIN - BAR_START) / days.length, 0);

  const panel = createPanel(320);
  // Safe cast: outside browsers, the library asks a canvas for its size and context only.
  new Chart(panel.canvas as never, {
    type: 'bar',
    data: { labels, datasets: [{ data, backgroundColor }] },
    options: {
      layout: { padding: { top: 78, left: MARGIN, right: MARGIN } },
      scales: {
        x: {
          // The grid line of today is the band behind its bar.
          grid: { offset: false, z: -2, color: '#383a41', lineWidth },
          ticks: {
            autoSkip: false,
            maxRotation: 0,
            color: ofToday(todayColour, COLOURS.muted),
            font: ({ index }) => ({ weight: index === today ? 'bold' : 'normal' }),
          },
        },
        y: {
          beginAtZero: true,
          afterFit: (scale) => Object.assign(scale, { width: BAR_START - MARGIN }),
          grid: { color: '#45474e', lineWidth: 2 },
          ticks: { precision, maxTicksLimit: 5, callback: (value) => format.compact(Number(value)) },
        },
      },
    },
  });
  write(panel, usageChart[title], MARGIN, HEADING.size, HEADING);
  const style = { bold: true, colour: todayColour, align: 'right' } as const;
  if (today >= 0) write(panel, usageChart.today(figure(data[today] ?? 0)), WIDTH - MARGIN, HEADING.size, style);
  return panel;
}
