/** How many sessions may be started in a span of time. @see https://discord.com/developers/docs/events/gateway#session-start-limit-object */
export class IdentifyBudget {
  readonly total: number;
  readonly #resetMs: number;
  #used = 0;
  #startedAtMs: number | undefined;

  /** @param resetMs the length of the span; it begins with the first session that is started */
  constructor(total: number, resetMs: number) {
    this.total = total;
    this.#resetMs = resetMs;
  }

  get remaining(): number {
    this.#resetWhenOver();
    return Math.max(0, this.total - this.#used);
  }

  /** Milliseconds until all of them may be started again. */
  get resetAfterMs(): number {
    this.#resetWhenOver();
    return this.#startedAtMs === undefined ? this.#resetMs : this.#startedAtMs + this.#resetMs - Date.now();
  }

  /** Counts one. @returns whether it was allowed */
  take(): boolean {
    this.#resetWhenOver();
    this.#startedAtMs ??= Date.now();
    this.#used += 1;
    return this.#used <= this.total;
  }

  #resetWhenOver(): void {
    if (this.#startedAtMs === undefined || Date.now() < this.#startedAtMs + this.#resetMs) return;
    this.#startedAtMs = undefined;
    this.#used = 0;
  }
}
