/** Whether the model is warm. After some time without use it goes cold, and requests wait until it has started again. */
export class Warmth {
  private coldStartMs: number;
  private readonly coldAfterMs: number;
  private warmFromMs = Number.NEGATIVE_INFINITY;
  private lastUseMs = Number.NEGATIVE_INFINITY;

  /** Cold at first. */
  constructor({ coldStartMs, coldAfterMs }: { coldStartMs: number; coldAfterMs: number }) {
    this.coldStartMs = coldStartMs;
    this.coldAfterMs = coldAfterMs;
  }

  /** Uses the model; returns how many ms it takes until it is warm. */
  use(nowMs: number): number {
    if (nowMs - this.lastUseMs >= this.coldAfterMs) this.warmFromMs = nowMs + this.coldStartMs;
    this.lastUseMs = Math.max(nowMs, this.warmFromMs);
    return Math.max(0, this.warmFromMs - nowMs);
  }

  /** Makes it cold at once, to be warm so long after its next use. */
  coolDown(coldStartMs: number): void {
    this.coldStartMs = coldStartMs;
    this.lastUseMs = Number.NEGATIVE_INFINITY;
  }
}
