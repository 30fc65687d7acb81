/** An answer may be under way while the next request is. */
const UNDER_WAY_MS = 50;

/** The waits that scripted 429s have named, by request: the bot has to keep to them. */
export class NamedWaits {
  readonly #byRequest = new Map<string, { toldAtMs: number; untilMs: number }>();

  /** @param line method and path */
  note(line: string, headers: Record<string, string> = {}): void {
    const [, seconds] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
    const waitMs = Number(seconds) * 1_000;
    const nowMs = Date.now();
    if (waitMs > 0) this.#byRequest.set(line, { toldAtMs: nowMs, untilMs: nowMs + waitMs });
  }

  isBroken(line: string): boolean {
    const nowMs = Date.now();
    const { toldAtMs = nowMs, untilMs = 0 } = this.#byRequest.get(line) ?? {};
    return nowMs - toldAtMs > UNDER_WAY_MS && nowMs < untilMs;
  }
}
