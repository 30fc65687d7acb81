/** A strict sliding window: at most `limit` arrivals in any `windowMs`. Rejected arrivals don't count. */
export class RateWindow {
  private readonly limit: number;
  private readonly windowMs: number;
  private arrivalsMs: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** Counts an arrival, or returns when the window has room again (ms since the epoch). */
  arrive(nowMs: number): { admitted: true } | { admitted: false; resetAtMs: number } {
    this.arrivalsMs = this.arrivalsMs.filter((atMs) => atMs > nowMs - this.windowMs);
    const [oldestMs] = this.arrivalsMs;
    if (this.arrivalsMs.length >= this.limit && oldestMs !== undefined) {
      return { admitted: false, resetAtMs: oldestMs + this.windowMs };
    }
    this.arrivalsMs.push(nowMs);
    return { admitted: true };
  }

  /** Uncounts the latest arrival, which was answered with a scripted 429. */
  withdraw(): void {
    this.arrivalsMs.pop();
  }
}
