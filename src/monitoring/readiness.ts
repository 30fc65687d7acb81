import type { Log } from '../log.ts';
import { within } from '../time.ts';

/** How long a check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/** Whether something that the bot needs works; a rejection counts as false. */
export type Check = () => Promise<boolean> | boolean;

type Result = 'ok' | 'failed' | 'timed out';

/** Whether the bot can work, by named checks. The reason of a failure is logged once, and isn't in the result. */
export class Readiness {
  readonly #checks: Readonly<Record<string, Check>>;
  readonly #log: Log;
  /** Each check runs once at a time, so that repeated probes don't pile up calls to something that hangs. */
  readonly #running = new Map<string, Promise<Result>>();
  readonly #failing = new Set<string>();

  constructor(checks: Readonly<Record<string, Check>>, log: Log) {
    this.#checks = checks;
    this.#log = log;
  }

  async check(): Promise<{ readonly isReady: boolean; readonly checks: Readonly<Record<string, Result>> }> {
    const results = await Promise.all(
      Object.entries(this.#checks).map(async ([name, check]): Promise<[string, Result]> => {
        const result = (await within(CHECK_TIMEOUT_MS, this.#run(name, check))) ?? 'timed out';
        this.#note(name, result);
        return [name, result];
      }),
    );
    return { isReady: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
  }

  #run(name: string, check: Check): Promise<Result> {
    const running =
      this.#running.get(name) ??
      this.#result(name, check).finally(() => {
        this.#running.delete(name);
      });
    this.#running.set(name, running);
    return running;
  }

  async #result(name: string, check: Check): Promise<Result> {
    try {
      return (await check()) ? 'ok' : 'failed';
    } catch (error) {
      if (!this.#failing.has(name)) this.#log.warn({ err: error, check: name }, 'readiness check threw');
      return 'failed';
    }
  }

  #note(name: string, result: Result): void {
    if (result !== 'ok' && !this.#failing.has(name)) {
      this.#failing.add(name);
      this.#log.warn({ check: name, result }, 'readiness check failed');
    }
    if (result === 'ok' && this.#failing.delete(name)) this.#log.info({ check: name }, 'readiness check recovered');
  }
}
