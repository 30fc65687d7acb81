/** A measured process, connected to the stand-in for Discord. */
export interface Subject {
  readonly pid: number;
  /** From its start until it was connected. */
  readonly readyAfterMs: number;
  stop(): Promise<void>;
}
