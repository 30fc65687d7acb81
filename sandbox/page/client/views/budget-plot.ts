import { html, svg, type TemplateResult } from 'lit';
import type { PageState } from '../../protocol.ts';

const WINDOW_MS = 60_000;
const WIDTH = 240;
const HEIGHT = 60;

/** How many submits counted against the budget in each sliding minute, over the last minute. A 429 doesn't count, a failure does. */
export function budgetPlot(
  { countedMs, requestsPerMinute }: Pick<PageState['segmind'], 'countedMs' | 'requestsPerMinute'>,
  nowMs: number,
): TemplateResult {
  const usedAt = (ms: number) => countedMs.filter((atMs) => atMs <= ms && atMs > ms - WINDOW_MS).length;
  const changesMs = countedMs
    .flatMap((atMs) => [atMs, atMs + WINDOW_MS])
    .filter((ms) => ms > nowMs - WINDOW_MS && ms <= nowMs);
  const x = (ms: number) => ((ms - nowMs + WINDOW_MS) / WINDOW_MS) * WIDTH;
  const y = (used: number) => HEIGHT - (used / requestsPerMinute) * (HEIGHT - 4) - 1;
  const steps = [nowMs - WINDOW_MS, ...changesMs.sort((one, other) => one - other), nowMs];
  const path = steps.map(
    (ms, index) => `${index === 0 ? 'M' : 'H'}${x(ms).toFixed(1)}${index === 0 ? ',' : 'V'}${y(usedAt(ms)).toFixed(1)}`,
  );
  const text = `${usedAt(nowMs)} of ${requestsPerMinute} submits in the last minute, without those answered with 429`;
  return html`<svg class="budget" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${text}>
      ${svg`<line x1="0" x2=${WIDTH} y1=${y(requestsPerMinute)} y2=${y(requestsPerMinute)} /><path d=${path.join('')} />`}
    </svg>
    <p>${text}</p>`;
}
