import { RenderHistory } from '../../src/jobs/render-times/history.ts';
import type { RenderTime } from '../../src/jobs/render-times/store.ts';
import { createLog } from '../../src/log.ts';
import type { GenerationParameters } from '../../src/segmind/parameters.ts';
import { type FinishTimes, type Pollable, poll } from '../../src/segmind/poller.ts';
import type { InferenceMetrics } from '../../src/segmind/result.ts';
import { monotonicNow, wait } from '../../src/time.ts';

/** `fixed`: every second, as a client without a memory does. */
export type Polling = 'scheduled' | 'fixed';

/** A request that was just submitted. */
export interface StartedRequest {
  readonly pollable: Pollable;
  readonly parameters: GenerationParameters;
  /** How long it took in all, from its submit. @param metrics of its result */
  readonly tookMs: (metrics: InferenceMetrics) => number;
}

export interface Polled {
  /** From the end of each request to the answer that says so. */
  readonly lagsMs: readonly number[];
  /** The status requests of each. */
  readonly polls: readonly number[];
}

/** Starts requests one after the other, polls each until it has ended, and learns from it as the bot does. */
export async function pollRequests(
  polling: Polling,
  { count, spacingMs }: { readonly count: number; readonly spacingMs: number },
  start: (index: number) => Promise<StartedRequest>,
): Promise<Polled> {
  const stored: RenderTime[] = [];
  const store = {
    load: async () => stored.slice(-50),
    add: async (times: readonly RenderTime[]) => void stored.push(...times),
  };
  const history = new RenderHistory(store, createLog({ level: 'silent', logPrompts: false }));
  const lagsMs: number[] = [];
  const polls: number[] = [];
  const pollOne = async (index: number) => {
    const { pollable, parameters, tookMs } = await start(index);
    const submittedAtMs = monotonicNow();
    let asked = 0;
    let finish: FinishTimes | undefined;
    let finishedMs = 0;
    const counted: Pollable = {
      requestId: pollable.requestId,
      status: (options) => {
        asked += 1;
        return pollable.status(options);
      },
      result: (options) => pollable.result(options),
    };
    const { metrics } = await poll(counted, {
      ...(polling === 'scheduled' ? { schedule: history.scheduleFor(parameters) } : {}),
      onFinished: (times) => {
        finish = times;
        finishedMs = monotonicNow() - submittedAtMs;
      },
    });
    history.record(parameters, metrics, finish);
    lagsMs.push(finishedMs - tookMs(metrics));
    polls.push(asked);
  };
  const running: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    running.push(pollOne(index));
    await wait(spacingMs);
  }
  await Promise.all(running);
  await history.close();
  return { lagsMs, polls };
}
