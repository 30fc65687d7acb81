import { setTimeout as wait } from 'node:timers/promises';
import type { Actor, DiscordSandbox } from '../sandbox/discord/index.ts';
import { type Load, sendCommands } from './load.ts';
import { readProcess, readSettledProcess } from './process-facts.ts';
import type { Subject } from './subjects.ts';

const QUIET_SAMPLE_MS = 250;
const QUIET_SAMPLES = 2;
/** Of one core; polls of jobs under way alone take less. */
const QUIET_CPU_SHARE = 0.3;
const QUIET_WITHIN_MS = 10_000;

export interface Workload {
  readonly jobsInFlight: number;
  readonly commands: number;
  readonly withinMs: number;
}

/** Commands that came, and how much of that time the event loop of the sandbox (and of what measures) was busy. */
export interface WatchedLoad extends Load {
  readonly sandboxShare: number;
}

/** What one process showed in one round. What the system doesn't tell is left out. */
export interface Round {
  readonly spread: WatchedLoad;
  readonly atOnce: WatchedLoad;
  readonly idleBytes?: number;
  readonly peakBytes?: number;
  /** CPU time of the process while the spread commands came, as a share of one core. */
  readonly cpuShare?: number;
  /** How much of that time it had to wait for a core, because others had them all. */
  readonly waitShare?: number;
}

/**
 * Measures a process that has just connected: its idle memory, then the commands spread over their time while the jobs are
 * under way, then as many at once. The commands that put the jobs under way warm up both kinds of process alike.
 * @throws Error when the jobs don't get, or don't stay, under way
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
    throw new Error(`${subject.jobsInFlight} jobs were under way instead of ${jobsInFlight}.`);
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

/** Waits until the sandbox has painted what it was asked for, and nothing of it takes part in the measurement; 10 s at most. */
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
