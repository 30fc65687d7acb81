/** A measured process, connected to the stand-in for Discord. */
export interface Subject {
  readonly pid: number;
  stop(): Promise<void>;
}
