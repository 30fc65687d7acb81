import type { BenchOptions } from './part.ts';
import { type ProcessFacts, readProcess } from './process-facts.ts';
import { settle } from './settle.ts';
import type { Workload } from './stand-ins/send-commands.ts';
import { startStandIns } from './stand-ins/stand-ins.ts';
import { startBotSubject } from './subjects/bot.ts';
import { startBareSubject } from './subjects/script.ts';

export interface LoadScenario {
  readonly jobsUnderWay: number;
  readonly load: Workload;
}

/** How fast the jobs under way are requested. */
const WARM_UP_PER_SECOND = 50;

/** One load on one process. */
export interface Measured {
  readonly latenciesMs: readonly number[];
  readonly tookMs: number;
  /** Event loop utilization of the stand-ins' process. */
  readonly busyShare: number;
  /** CPU time of the measured process, as a share of a core. */
  readonly cpuShare?: number;
  readonly residentBytes?: number;
}

/**
 * Starts one process, brings jobs under way that never end, and sends a load. The bare client gets the same commands, which warm
 * it up as well.
 * @throws Error when the jobs don't stay under way
 */
export async function measureLoad(
  who: 'bot' | 'beside',
  { jobsUnderWay, load }: LoadScenario,
  options: BenchOptions,
): Promise<Measured> {
  const standIns = await startStandIns({
    segmind: { queueMs: 0, renderMs: 0, requestsPerMinute: 10_000, creditsUsd: 1_000 },
  });
  await standIns.hold();
  const env = { SEGMIND_MAX_IN_FLIGHT: String(jobsUnderWay) };
  const subject = who === 'bot' ? await startBotSubject(standIns, { env }) : await startBareSubject(standIns);
  try {
    await standIns.sendCommands({ commands: jobsUnderWay, perSecond: WARM_UP_PER_SECOND });
    if (who === 'bot') await standIns.awaitActiveJobs(jobsUnderWay);
    await settle(options);
    const before = await readProcess(subject.pid);
    const startedMs = performance.now();
    const sent = await standIns.sendCommands(load);
    const after = await readProcess(subject.pid);
    if (who === 'bot') await standIns.awaitActiveJobs(jobsUnderWay);
    const [violation] = await standIns.violations();
    if (violation) throw new Error(`These figures mean nothing, since a rule was broken: ${violation}`);
    return { ...sent, ...shares(before, after, performance.now() - startedMs) };
  } finally {
    await subject.stop();
    await standIns.close();
  }
}

function shares(before: ProcessFacts | undefined, after: ProcessFacts | undefined, tookMs: number) {
  if (!before || !after) return {};
  return { cpuShare: (after.cpuMs - before.cpuMs) / tookMs, residentBytes: after.residentBytes };
}
