/** An answer may be under way while the next request is. */
const IN_FLIGHT_MS = 50;

/** The waits that scripted 429s have named, by request: the bot has to keep to them. */
export class ScriptedWaits {
  readonly #byRequest = new Map<string, { sentAtMs: number; untilMs: number }>();

  /** @param line method and path */
  record(line: string, headers: Record<string, string> = {}): void {
    const [, seconds] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
    const waitMs = Number(seconds) * 1_000;
    const nowMs = Date.now();
    if (waitMs > 0) this.#byRequest.set(line, { sentAtMs: nowMs, untilMs: nowMs + waitMs });
  }

  isViolated(line: string): boolean {
    const nowMs = Date.now();
    const { sentAtMs = nowMs, untilMs = 0 } = this.#byRequest.get(line) ?? {};
    return nowMs - sentAtMs > IN_FLIGHT_MS && nowMs < untilMs;
  }
}
