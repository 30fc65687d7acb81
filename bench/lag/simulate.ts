import type { GenerationParameters } from '../../src/segmind/parameters.ts';
import type { InferenceState } from '../../src/segmind/result.ts';
import { monotonicNow, wait } from '../../src/time.ts';
import { type Polled, type Polling, pollRequests } from './poll-requests.ts';
import { inVirtualTime } from './virtual-time.ts';

/** To Segmind and back. */
export const ROUND_TRIP_MS = 60;
/** Segmind's larger plan allows 50 submits a minute. */
const SPACING_MS = 1_200;

/** One request, and how long Segmind takes for it. */
export interface SimulatedRequest {
  readonly parameters: GenerationParameters;
  readonly queueMs: number;
  readonly renderMs: number;
}

/** Polls simulated requests in virtual time. @param reportsTimes whether answers say how long they took; default true */
export function simulate(
  polling: Polling,
  requests: readonly SimulatedRequest[],
  { reportsTimes = true, spacingMs = SPACING_MS } = {},
): Promise<Polled> {
  return inVirtualTime(() =>
    pollRequests(polling, { count: requests.length, spacingMs }, async (index) => {
      const request = requests[index];
      if (!request) throw new Error(`There is no request ${index}.`);
      const { parameters, queueMs, renderMs } = request;
      return { pollable: createPollable(request, reportsTimes), parameters, tookMs: () => queueMs + renderMs };
    }),
  );
}

function createPollable({ queueMs, renderMs }: SimulatedRequest, reportsTimes: boolean) {
  const submittedAtMs = monotonicNow();
  const stateNow = (): InferenceState => {
    const elapsedMs = monotonicNow() - submittedAtMs;
    if (elapsedMs < queueMs) return 'QUEUED';
    return elapsedMs < queueMs + renderMs ? 'PROCESSING' : 'COMPLETED';
  };
  const metrics = reportsTimes
    ? { inferenceSeconds: renderMs / 1000, queueSeconds: queueMs / 1000, totalSeconds: (queueMs + renderMs) / 1000 }
    : {};
  return {
    requestId: 'simulated',
    async status() {
      await wait(ROUND_TRIP_MS / 2);
      const state = stateNow();
      await wait(ROUND_TRIP_MS / 2);
      return { state, metrics: {} };
    },
    async result() {
      await wait(ROUND_TRIP_MS);
      return { images: [], metrics };
    },
  };
}
