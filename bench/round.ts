import { setTimeout as wait } from 'node:timers/promises';
import type { Actor, DiscordSandbox } from '../sandbox/discord/index.ts';
import { type Load, sendCommands } from './load.ts';
import { readProcess, readSettledProcess } from './process-facts.ts';
import type { Subject } from './subjects.ts';

const QUIET_SAMPLE_MS = 250;
const QUIET_SAMPLES = 2;
/** As a share of one core; polling the jobs in flight takes less. */
const QUIET_CPU_SHARE = 0.3;
const QUIET_WITHIN_MS = 10_000;

export interface Workload {
  readonly jobsInFlight: number;
  readonly commands: number;
  readonly withinMs: number;
}

/** A load, and the event loop utilization of the process that runs the sandbox and this measurement. */
export interface WatchedLoad extends Load {
  readonly sandboxShare: number;
}

/** The measurements of one process in one round, as far as the system reports them. */
export interface Round {
  readonly spread: WatchedLoad;
  readonly atOnce: WatchedLoad;
  readonly idleBytes?: number;
  readonly peakBytes?: number;
  /** CPU time of the process during the spread commands, as a share of one core. */
  readonly cpuShare?: number;
  /** The share of that time in which it waited for a core. */
  readonly waitShare?: number;
}

/**
 * Measures a process that has just connected: its idle memory, then the spread commands while the jobs are
 * in flight, then as many commands at once. The commands that create the jobs warm up both kinds of process.
 * @throws Error when the jobs don't stay in flight
 */
export async function measureRound(
  subject: Subject,
  discord: DiscordSandbox,
  members: readonly Actor[],
  { jobsInFlight, commands, withinMs }: Workload,
): Promise<Round> {
  const idle = await readSettledProcess(subject.pid);
  await sendCommands(members, jobsInFlight, withinMs / 2);
  if (subject.hasJobs) await discord.waitFor(() => subject.jobsInFlight === jobsInFlight);
  await waitForQuiet();

  const before = await readProcess(subject.pid);
  const startedMs = performance.now();
  const spread = await sendAndWatch(members, commands, withinMs);
  const tookMs = performance.now() - startedMs;
  const after = await readProcess(subject.pid);

  await waitForQuiet();
  const atOnce = await sendAndWatch(members, commands, 0);
  if (subject.hasJobs && subject.jobsInFlight !== jobsInFlight) {
    throw new Error(`${subject.jobsInFlight} jobs were in flight instead of ${jobsInFlight}.`);
  }
  return {
    spread,
    atOnce,
    ...(idle && before && after
      ? {
          idleBytes: idle.residentBytes,
          peakBytes: after.peakBytes,
          cpuShare: (after.cpuMs - before.cpuMs) / tookMs,
          waitShare: (after.waitedMs - before.waitedMs) / tookMs,
        }
      : {}),
  };
}

async function sendAndWatch(members: readonly Actor[], commands: number, withinMs: number): Promise<WatchedLoad> {
  const before = performance.eventLoopUtilization();
  const load = await sendCommands(members, commands, withinMs);
  return { ...load, sandboxShare: performance.eventLoopUtilization(before).utilization };
}

/** Waits until the sandbox has finished rendering, at most 10 s, so that rendering doesn't distort the measurement. */
async function waitForQuiet(): Promise<void> {
  const deadlineMs = performance.now() + QUIET_WITHIN_MS;
  for (let quietSamples = 0; quietSamples < QUIET_SAMPLES && performance.now() < deadlineMs; ) {
    const startedMs = performance.now();
    const cpuBefore = process.cpuUsage();
    await wait(QUIET_SAMPLE_MS);
    const { user, system } = process.cpuUsage(cpuBefore);
    const share = (user + system) / 1_000 / (performance.now() - startedMs);
    quietSamples = share < QUIET_CPU_SHARE ? quietSamples + 1 : 0;
  }
}
