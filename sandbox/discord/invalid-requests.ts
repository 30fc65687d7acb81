/** @see https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans */
const WINDOW_MS = 600_000;
const INVALID: ReadonlySet<number> = new Set([401, 403, 429]);

/** Counts the responses for which Discord bans an IP address. */
export class InvalidRequests {
  readonly #limit: number;
  #startedAtMs = 0;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a response. @returns true for the first one over the limit */
  exceeds(status: number): boolean {
    if (!INVALID.has(status)) return false;
    const nowMs = Date.now();
    if (nowMs - this.#startedAtMs > WINDOW_MS) {
      this.#startedAtMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count === this.#limit + 1;
  }
}
