/** A request within this time may have been sent before the response arrived. */
const IN_FLIGHT_MS = 50;

/** The `Retry-After` of scripted 429s, by request: the bot has to obey them. */
export class ScriptedWaits {
  readonly #byRequest = new Map<string, { sentAtMs: number; untilMs: number }>();

  /** @param request method and path */
  record(request: string, headers: Record<string, string> = {}): void {
    const [, seconds] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
    const waitMs = Number(seconds) * 1_000;
    const nowMs = Date.now();
    if (waitMs > 0) this.#byRequest.set(request, { sentAtMs: nowMs, untilMs: nowMs + waitMs });
  }

  isViolated(request: string): boolean {
    const nowMs = Date.now();
    const { sentAtMs = nowMs, untilMs = 0 } = this.#byRequest.get(request) ?? {};
    return nowMs - sentAtMs > IN_FLIGHT_MS && nowMs < untilMs;
  }
}
