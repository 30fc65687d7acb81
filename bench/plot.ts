import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import {
  BACKGROUND,
  COLOURS,
  createPanel,
  FONT_FAMILY,
  HEADING,
  MARGIN,
  WIDTH,
  write,
} from '../src/usage-chart/panel.ts';

const HEIGHT = 560;
const LINE_COLOURS = [COLOURS.images, COLOURS.others, '#45b97c', '#a3e8c4'];

interface Plot {
  /** With the unit. */
  readonly title: string;
  /** What the x axis counts, and its values. */
  readonly x: { readonly title: string; readonly values: readonly (number | string)[] };
  readonly lines: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** The library clears the canvas before it draws. */
function fillBackground({ ctx }: Chart): void {
  ctx.save();
  ctx.fillStyle = BACKGROUND;
  ctx.fillRect(0, 0, WIDTH, HEIGHT);
  ctx.restore();
}

/** Draws lines over categories as `docs/performance-NAME.png`. */
export function savePlot(name: string, { title, x, lines }: Plot): void {
  Chart.register(CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement);
  const panel = createPanel(HEIGHT);
  const font = { family: FONT_FAMILY, size: 24 };
  // Safe cast: outside browsers, the library asks a canvas for its size and context only.
  new Chart(panel.canvas as never, {
    type: 'line',
    plugins: [{ id: 'background', beforeDraw: fillBackground }],
    data: {
      labels: [...x.values],
      datasets: lines.map(({ label, values }, index) => ({
        label,
        data: [...values],
        borderColor: LINE_COLOURS[index] ?? COLOURS.text,
        backgroundColor: LINE_COLOURS[index] ?? COLOURS.text,
        borderWidth: 4,
        pointRadius: 6,
      })),
    },
    options: {
      animation: false,
      responsive: false,
      color: COLOURS.text,
      layout: { padding: { top: MARGIN + HEADING.size, left: MARGIN, right: MARGIN, bottom: 24 } },
      plugins: { legend: { labels: { font, color: COLOURS.text, usePointStyle: true, boxHeight: 10 } } },
      scales: {
        x: {
          title: { display: true, text: x.title, font, color: COLOURS.muted },
          ticks: { font, color: COLOURS.muted },
          grid: { display: false },
        },
        y: { beginAtZero: true, ticks: { font, color: COLOURS.muted, maxTicksLimit: 6 }, grid: { color: '#45474e' } },
      },
    },
  });
  write(panel, title, MARGIN, MARGIN + HEADING.size / 2, HEADING);
  writeFileSync(
    fileURLToPath(new URL(`../docs/performance-${name}.png`, import.meta.url)),
    panel.canvas.toBuffer('image/png'),
  );
}
