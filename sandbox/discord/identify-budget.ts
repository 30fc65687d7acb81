/** Limits how many sessions can be started in a period. @see https://discord.com/developers/docs/events/gateway#session-start-limit-object */
export class IdentifyBudget {
  readonly total: number;
  readonly #resetMs: number;
  #used = 0;
  #startedAtMs: number | undefined;

  /** @param resetMs the length of the period, which begins with its first session */
  constructor(total: number, resetMs: number) {
    this.total = total;
    this.#resetMs = resetMs;
  }

  get remaining(): number {
    this.#resetWhenOver();
    return Math.max(0, this.total - this.#used);
  }

  /** Milliseconds until the budget is full again. */
  get resetAfterMs(): number {
    this.#resetWhenOver();
    return this.#startedAtMs === undefined ? this.#resetMs : this.#startedAtMs + this.#resetMs - Date.now();
  }

  /** Counts one session. @returns whether it was allowed */
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
