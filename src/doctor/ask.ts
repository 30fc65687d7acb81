import { networkReasonOf } from '../system-errors.ts';
import { now, withTimeout } from '../time.ts';

/** Long enough for a slow connection, and short enough for a person who waits. */
const TIMEOUT_MS = 8_000;

/** The answer to a call, or why there was none. */
export type CallResult =
  | {
      readonly isAnswered: true;
      readonly status: number;
      /** Undefined when the body isn't JSON. */
      readonly json: unknown;
      /** How much our clock is certainly ahead of the server's: 0 when they may agree; undefined without a Date header. */
      readonly clockAheadSeconds: number | undefined;
    }
  | { readonly isAnswered: false; readonly reason: string };

/** Makes one GET. Never throws. */
export async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<CallResult> {
  const sentAtMs = now();
  try {
    const tooLong = () => new Error(`no answer within ${TIMEOUT_MS / 1_000} s`);
    return await withTimeout(TIMEOUT_MS, tooLong, async (signal) => {
      // A redirect would carry the secret elsewhere.
      const response = await fetch(url, { headers, signal, redirect: 'error' });
      const clockAheadSeconds = clockAhead(response.headers.get('date'), sentAtMs, now());
      const json = await response.json().catch((error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      });
      return { isAnswered: true, status: response.status, json, clockAheadSeconds };
    });
  } catch (error) {
    return { isAnswered: false, reason: networkReasonOf(error) };
  }
}

/**
 * The answer was made between sending and receiving, in the second that the header names: only a larger difference is certain.
 */
export function clockAhead(date: string | null, sentAtMs: number, receivedAtMs: number): number | undefined {
  const theirsMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirsMs)) return undefined;
  const aheadMs = sentAtMs - (theirsMs + 1_000);
  const behindMs = theirsMs - receivedAtMs;
  return (Math.max(0, aheadMs) - Math.max(0, behindMs)) / 1_000;
}
