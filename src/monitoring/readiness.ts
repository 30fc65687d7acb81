import type { Log } from '../log.ts';
import { within } from '../time.ts';

/** How long a check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/** Whether something that the bot needs works; a rejection counts as no. */
export type Check = () => Promise<boolean> | boolean;

type Result = 'ok' | 'failed' | 'timed out';

/** Whether the bot can do its work, by named checks. What exactly is wrong stands in the log, once, and not in the answer. */
export class Readiness {
  readonly #checks: Readonly<Record<string, Check>>;
  readonly #log: Log;
  /** One at a time of each: a probe that comes again doesn't pile up calls to something that hangs. */
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
      if (!this.#failing.has(name)) this.#log.warn({ err: error, check: name }, 'a readiness check broke');
      return 'failed';
    }
  }

  #note(name: string, result: Result): void {
    if (result !== 'ok' && !this.#failing.has(name)) {
      this.#failing.add(name);
      this.#log.warn({ check: name, result }, 'the bot is not ready');
    }
    if (result === 'ok' && this.#failing.delete(name))
      this.#log.info({ check: name }, 'a readiness check is fine again');
  }
}
