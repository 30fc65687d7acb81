import type { GenerationParameters } from '../../segmind/parameters.ts';

/** Seconds a default image takes on average: 30 steps, 1024×1024, one sample. @see https://www.segmind.com/models/sdxl1.0-timeless */
const TYPICAL_SECONDS = 5.34;
const REMEMBERED = 20;

/** How much rendering a request needs, relative to a default image. */
function workOf(parameters: GenerationParameters): number {
  return parameters.samples * (parameters.steps / 30) * ((parameters.width * parameters.height) / (1024 * 1024));
}

/** How long rendering usually takes: the median of the last 20, or the model page's average while there are none. */
export class RenderEstimate {
  #secondsPerWork: number[] = [];

  record(parameters: GenerationParameters, seconds: number): void {
    this.#secondsPerWork = [...this.#secondsPerWork, seconds / workOf(parameters)].slice(-REMEMBERED);
  }

  secondsFor(parameters: GenerationParameters): number {
    const sorted = this.#secondsPerWork.toSorted((a, b) => a - b);
    return Math.max(1, Math.round((sorted[Math.floor(sorted.length / 2)] ?? TYPICAL_SECONDS) * workOf(parameters)));
  }
}
