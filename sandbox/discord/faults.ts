import type { Fault } from './types.ts';

/** Scripted failures of the network and of Discord, used up in the order in which they were added. */
export class Faults {
  #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  /** Drops all pending faults. */
  clear(): void {
    this.#pending = [];
  }

  /** Uses up one occurrence of the first fault that matches this request. @param paths its path, with and without the prefix of the API */
  take(method: string, paths: readonly string[]): Fault | undefined {
    const entry = this.#pending.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method ?? method).toUpperCase() === method &&
        paths.some((path) => matches(fault.path, path)),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    this.#pending = this.#pending.filter(({ left }) => left > 0);
    return entry.fault;
  }
}

function matches(pattern: RegExp, path: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(path);
}
