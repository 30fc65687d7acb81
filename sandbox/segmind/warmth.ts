/** Whether the model is warm. An idle model goes cold, and requests then wait until it has started again. */
export class Warmth {
  private coldStartMs: number;
  private readonly coldAfterMs: number;
  private warmFromMs = Number.NEGATIVE_INFINITY;
  private lastUseMs = Number.NEGATIVE_INFINITY;

  /** The model starts cold. */
  constructor({ coldStartMs, coldAfterMs }: { coldStartMs: number; coldAfterMs: number }) {
    this.coldStartMs = coldStartMs;
    this.coldAfterMs = coldAfterMs;
  }

  /** Uses the model and returns how many ms it takes until it is warm. */
  use(nowMs: number): number {
    if (nowMs - this.lastUseMs >= this.coldAfterMs) this.warmFromMs = nowMs + this.coldStartMs;
    this.lastUseMs = Math.max(nowMs, this.warmFromMs);
    return Math.max(0, this.warmFromMs - nowMs);
  }

  /** Makes the model cold at once; its next use then takes `coldStartMs` to warm it up. */
  coolDown(coldStartMs: number): void {
    this.coldStartMs = coldStartMs;
    this.lastUseMs = Number.NEGATIVE_INFINITY;
  }
}
