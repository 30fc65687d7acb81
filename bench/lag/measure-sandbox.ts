import { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { SegmindClient } from '../../src/segmind/client.ts';
import { parametersSchema } from '../../src/segmind/parameters.ts';
import type { Pollable } from '../../src/segmind/poller.ts';
import { wait } from '../../src/time.ts';
import { asInSandbox, USUAL_DURATIONS } from './as-in-sandbox.ts';
import { type Polled, type Polling, pollRequests } from './poll-requests.ts';
import { ROUND_TRIP_MS, simulate } from './simulate.ts';

const SPACING_MS = 500;

const requestFor = (index: number) => asInSandbox(parametersSchema.parse({ prompt: 'a red rose', seed: index }));

/** Makes round trips on loopback as long as the simulated ones. */
function delay(pollable: Pollable): Pollable {
  const slowly = async <T>(request: () => Promise<T>): Promise<T> => {
    await wait(ROUND_TRIP_MS / 2);
    const answer = await request();
    await wait(ROUND_TRIP_MS / 2);
    return answer;
  };
  return {
    requestId: pollable.requestId,
    status: (options) => slowly(() => pollable.status(options)),
    result: (options) => slowly(() => pollable.result(options)),
  };
}

/** Polls the same requests in virtual time and at the sandbox. */
export async function measureSandbox(polling: Polling, count: number): Promise<{ virtual: Polled; real: Polled }> {
  const requests = Array.from({ length: count }, (_, index) => requestFor(index));
  const virtual = await simulate(polling, requests, { spacingMs: SPACING_MS });
  const sandbox = await SegmindSandbox.start({ ...USUAL_DURATIONS, requestsPerMinute: 10_000, creditsUsd: 1_000 });
  const { apiKey, url, imageHost } = sandbox;
  const client = new SegmindClient({ apiKey, baseUrl: url, imageHosts: [imageHost] });
  try {
    const real = await pollRequests(polling, { count, spacingMs: SPACING_MS }, async (index) => {
      const { parameters } = requestFor(index);
      const pollable = delay(await client.submit(parameters));
      return { pollable, parameters, tookMs: ({ totalSeconds = Number.NaN }) => 1_000 * totalSeconds };
    });
    return { virtual, real };
  } finally {
    await client.close();
    await sandbox.close();
  }
}
