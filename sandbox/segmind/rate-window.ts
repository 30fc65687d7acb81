/** A strict sliding window: at most `limit` arrivals in any `windowMs`. Arrivals that were turned away don't count. */
export class RateWindow {
  private readonly limit: number;
  private readonly windowMs: number;
  private arrivalsMs: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** Counts an arrival; or, when the window is full, the time (ms since the epoch) at which there is room again. */
  arrive(nowMs: number): { admitted: true } | { admitted: false; resetAtMs: number } {
    this.arrivalsMs = this.arrivalsMs.filter((atMs) => atMs > nowMs - this.windowMs);
    const [oldestMs] = this.arrivalsMs;
    if (this.arrivalsMs.length >= this.limit && oldestMs !== undefined) {
      return { admitted: false, resetAtMs: oldestMs + this.windowMs };
    }
    this.arrivalsMs.push(nowMs);
    return { admitted: true };
  }

  /** Takes the latest arrival back: it was answered with a scripted 429. */
  withdraw(): void {
    this.arrivalsMs.pop();
  }
}
