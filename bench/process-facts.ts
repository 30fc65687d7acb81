import { readFile } from 'node:fs/promises';

const BYTES_PER_KIB = 1024;
/** The kernel's unit in /proc/PID/stat: USER_HZ is 100 on every Linux that Node runs on. @see proc_pid_stat(5) */
const MS_PER_TICK = 10;
const NS_PER_MS = 1_000_000;

export interface ProcessFacts {
  readonly residentBytes: number;
  /** The maximum so far. */
  readonly peakBytes: number;
  /** CPU time of all its threads since its start. */
  readonly cpuMs: number;
  /** How long its main thread waited for a core; 0 when the kernel doesn't count that. */
  readonly waitedMs: number;
}

/** Reads a process's memory and CPU time; undefined without /proc. */
export async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [status, stat, schedstat] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0 0 0'),
    ]);
    // The name in parentheses can contain spaces; utime and stime are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      residentBytes: kibibytes(status, 'VmRSS'),
      peakBytes: kibibytes(status, 'VmHWM'),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
      // Nanoseconds on a core, nanoseconds waiting for one, time slices.
      waitedMs: Number(schedstat.split(' ')[1]) / NS_PER_MS,
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function kibibytes(status: string, field: string): number {
  const [, value] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (value === undefined) throw new Error(`/proc has no ${field}.`);
  return Number(value) * BYTES_PER_KIB;
}
