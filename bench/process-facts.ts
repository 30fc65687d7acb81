import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const BYTES_PER_KIB = 1024;
/** The kernel's unit in /proc/PID/stat: USER_HZ is 100 on every Linux that node runs on. @see proc_pid_stat(5) */
const MS_PER_TICK = 10;
const NS_PER_MS = 1_000_000;
const SAMPLE_MS = 250;
/** Memory that moves less than this from one sample to the next stands still. */
const STABLE_BYTES = 512 * 1024;
const STABLE_SAMPLES = 4;
const SETTLE_WITHIN_MS = 6_000;

export interface ProcessFacts {
  readonly residentBytes: number;
  /** The most that it ever had. */
  readonly peakBytes: number;
  /** Of all its threads, since its start. */
  readonly cpuMs: number;
  /** How long its main thread had work to do and no core to do it on; 0 where the kernel doesn't count that. */
  readonly waitedMs: number;
}

/** What the kernel knows of a process; undefined where there is no /proc. */
export async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [status, stat, schedstat] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0 0 0'),
    ]);
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      residentBytes: kibibytes(status, 'VmRSS'),
      peakBytes: kibibytes(status, 'VmHWM'),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
      // Nanoseconds on a core, nanoseconds of waiting for one, time slices.
      waitedMs: Number(schedstat.split(' ')[1]) / NS_PER_MS,
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function kibibytes(status: string, field: string): number {
  const [, value] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (value === undefined) throw new Error(`/proc tells no ${field}.`);
  return Number(value) * BYTES_PER_KIB;
}

/** Waits until a process's memory stands still, 6 s at most; undefined where there is no /proc. */
export async function readSettledProcess(pid: number): Promise<ProcessFacts | undefined> {
  let facts = await readProcess(pid);
  const deadlineMs = performance.now() + SETTLE_WITHIN_MS;
  for (let stableSamples = 0; facts && stableSamples < STABLE_SAMPLES && performance.now() < deadlineMs; ) {
    await wait(SAMPLE_MS);
    const next = await readProcess(pid);
    const moved = Math.abs((next?.residentBytes ?? 0) - facts.residentBytes);
    stableSamples = moved < STABLE_BYTES ? stableSamples + 1 : 0;
    facts = next;
  }
  return facts;
}
