import type { GenerationParameters } from './parameters.ts';

/** How long the latest requests took; either list may be empty. */
export interface RenderTimes {
  /** Seconds of rendering for each unit of `workOf`. */
  readonly renderRates: readonly number[];
  /** Seconds between a submit and the start of its rendering. */
  readonly queueSeconds: readonly number[];
}

/** What polls have seen of a request, in milliseconds since its submit. */
export interface SeenStates {
  /** The last time at which it was QUEUED. */
  readonly queuedAtMs?: number;
  /** The first time at which it was PROCESSING. */
  readonly processingAtMs?: number;
}

export interface PollSchedule {
  /** From the submit until such a request usually ends, in whole seconds; at least 1. */
  readonly estimateSeconds: number;
  /** From the submit to the first poll, in milliseconds. */
  readonly firstMs: number;
  /** From now to the next poll, in milliseconds: 120 to 10 000. @param elapsedMs since the submit */
  nextMs(seen: SeenStates, elapsedMs: number): number;
}

/** Seconds a default image takes on average: 30 steps, 1024×1024, one sample. @see https://www.segmind.com/models/sdxl1.0-timeless */
const TYPICAL_SECONDS = 5.34;
const TYPICAL_RATE = TYPICAL_SECONDS / (30 * 1.048576);
/** While fewer requests are known, these guesses stand in for the rest, so that one odd request can't mislead the schedule. */
const GUESSED_RATES = [0.7, 0.8, 0.9, 1, 1, 1.25, 1.5, 2].map((share) => share * TYPICAL_RATE);
const GUESSED_QUEUE_SECONDS = [0.1, 0.1, 0.2, 0.2, 0.3, 0.5, 1, 2];
/** How many values of each list are combined. More take longer to sort, and don't predict better; the extremes are left out. */
const COMBINED = 24;
/** In how many parts of equal probability the predictions are divided. */
const PARTS = 32;

/** An early poll shows the member that the rendering has begun, or that it failed at once; as a share of the median. */
const FIRST_POLL_SHARE = 0.2;
const SHORTEST_S = 0.12;
const LONGEST_S = 10;
/** Where nothing more is predicted, a pause is this share of the time gone; no shorter than this. */
const UNPREDICTED_SHARE = 0.08;
const SHORTEST_UNPREDICTED_S = 0.3;
/** Between two predictions, a pause is at most this share of the time gone: one request in fifty may have taken a minute. */
const LONGEST_SHARE = 0.15;
/** A queued request may render a bit faster than any before it. */
const LEAST_RENDER_SHARE = 0.94;

/** How much there is to render: steps × megapixels × samples; 31.5 for a default image. */
export function workOf({
  steps,
  width,
  height,
  samples,
}: Pick<GenerationParameters, 'steps' | 'width' | 'height' | 'samples'>): number {
  return steps * ((width * height) / 1_000_000) * samples;
}

/**
 * When to poll a request, so that its end is noticed soon by few polls. It weighs how late the end would be noticed against the polls that
 * this takes, for the ends that earlier requests predict.
 */
export function createPollSchedule(times: RenderTimes, work: number): PollSchedule {
  const { starts, renders } = expectationsOf(times, work);
  const leastRender = Math.min(...renders);
  const median = medianOf(combine(starts, renders));
  let plan: Plan | undefined;
  let planned: SeenStates = {};
  return {
    estimateSeconds: Math.max(1, Math.round(median)),
    firstMs: toMs(FIRST_POLL_SHARE * median),
    nextMs(seen, elapsedMs) {
      const { queuedAtMs = 0, processingAtMs } = seen;
      const elapsed = elapsedMs / 1000;
      if (processingAtMs === undefined) {
        // It can't end earlier, however long it stays queued: a cold start takes minutes.
        const earliest = queuedAtMs / 1000 + LEAST_RENDER_SHARE * leastRender;
        return toMs(Math.max(SHORTEST_UNPREDICTED_S, earliest - elapsed));
      }
      if (!plan || planned.queuedAtMs !== queuedAtMs || planned.processingAtMs !== processingAtMs) {
        plan = planPolls(combine(startsBetween(starts, queuedAtMs / 1000, processingAtMs / 1000), renders));
        planned = { queuedAtMs, processingAtMs };
      }
      return toMs(pauseBy(plan, elapsed));
    },
  };
}

/** The polls that cost least. */
interface Plan {
  /** The last prediction of each part, in seconds, ascending. */
  readonly ends: readonly number[];
  /** In which part to poll next when the parts before this index are over. */
  readonly next: readonly number[];
}

/**
 * Finds, from the last part to the first, at the end of which parts to poll. A poll costs as much as a certain time for which the end isn't
 * noticed, 30 to 80 ms: less for long renders, of which there are fewer.
 */
function planPolls(predictions: Float64Array): Plan {
  const pollCost = clamp(0.45 / medianOf(predictions), 0.03, 0.08);
  const parts = Math.min(PARTS, predictions.length);
  const ends: number[] = [];
  const means: number[] = [];
  for (let part = 0; part < parts; part += 1) {
    const inPart = predictions.subarray(
      Math.floor((part * predictions.length) / parts),
      Math.floor(((part + 1) * predictions.length) / parts),
    );
    ends.push(inPart.at(-1) ?? 0);
    means.push(inPart.reduce((sum, value) => sum + value, 0) / inPart.length);
  }
  const next: number[] = new Array(parts).fill(parts - 1);
  const costs: number[] = new Array(parts + 1).fill(0);
  for (let from = parts - 1; from >= 0; from -= 1) {
    let least = Number.POSITIVE_INFINITY;
    let meanSum = 0;
    for (let to = from; to < parts; to += 1) {
      meanSum += means[to] ?? 0;
      const unnoticed = (to - from + 1) * (ends[to] ?? 0) - meanSum;
      const cost = pollCost * (parts - from) + unnoticed + (costs[to + 1] ?? 0);
      if (cost >= least) continue;
      least = cost;
      next[from] = to;
    }
    costs[from] = least;
  }
  return { ends, next };
}

function pauseBy({ ends, next }: Plan, elapsed: number): number {
  const part = ends.findIndex((end) => end > elapsed);
  const target = ends[next[part] ?? -1];
  if (target === undefined) return Math.max(SHORTEST_UNPREDICTED_S, UNPREDICTED_SHARE * elapsed);
  if (part === 0) return target - elapsed;
  return Math.min(target - elapsed, Math.max(SHORTEST_UNPREDICTED_S, LONGEST_SHARE * elapsed));
}

function expectationsOf({ renderRates, queueSeconds }: RenderTimes, work: number) {
  const rates = [...renderRates, ...GUESSED_RATES.slice(renderRates.length)];
  return {
    starts: thinOut([...queueSeconds, ...GUESSED_QUEUE_SECONDS.slice(queueSeconds.length)]),
    renders: thinOut(rates).map((rate) => rate * work),
  };
}

/** When the rendering may have begun, in seconds: as earlier requests did in that time, else evenly. */
function startsBetween(starts: readonly number[], from: number, to: number): number[] {
  const known = starts.filter((start) => start >= from && start <= to);
  return known.length >= 4 ? known : [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => from + share * (to - from));
}

function thinOut(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const count = Math.min(COMBINED, sorted.length);
  return Array.from({ length: count }, (_, index) => sorted[Math.floor(((index + 0.5) * sorted.length) / count)] ?? 0);
}

function combine(starts: readonly number[], renders: readonly number[]): Float64Array {
  const sums = new Float64Array(starts.length * renders.length);
  let count = 0;
  for (const start of starts) {
    for (const render of renders) sums[count++] = start + render;
  }
  return sums.sort();
}

function medianOf(sorted: Float64Array): number {
  return sorted[Math.floor(sorted.length / 2)] ?? TYPICAL_SECONDS;
}

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
const toMs = (seconds: number) => Math.round(1000 * clamp(seconds, SHORTEST_S, LONGEST_S));
