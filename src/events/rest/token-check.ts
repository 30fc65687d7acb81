import { FatalError } from '../../fatal.ts';
import type { Log } from '../../log.ts';
import { monotonicNow, retry, untilAborted } from '../../time.ts';

/** What the operator reads, whichever part of the bot finds it out first. */
export const INVALID_TOKEN = 'the bot token is not valid. Copy it again from the Developer Portal into DISCORD_TOKEN.';

interface TokenCheckParts {
  readonly onFatal: (error: FatalError) => void;
  readonly log: Log;
}

/** Finds out whether a 401 is about the bot's token or about one route, with one check for all refused requests. */
export class TokenCheck {
  readonly #parts: TokenCheckParts;
  /** The check under way: resolves when the token is valid, never when it isn't. */
  #check: Promise<void> | undefined;
  /** When the token was last known to be valid: earlier refusals are about their routes. */
  #validAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: TokenCheckParts) {
    this.#parts = parts;
  }

  /** Resolves when no check is under way: requests with an invalid token would count as refusals. @throws `signal.reason` when it aborts */
  async waitForResult(signal: AbortSignal | undefined): Promise<void> {
    await untilAborted(this.#check ?? Promise.resolve(), signal);
  }

  /**
   * Resolves when the token is valid; never when it isn't, so that no job fails while the process ends.
   * @param sentAtMs when the refused request was sent
   * @param tryToken makes a request with the token; resolves to the status
   * @throws `signal.reason` when it aborts
   */
  async confirm(sentAtMs: number, tryToken: () => Promise<number>, signal: AbortSignal | undefined): Promise<void> {
    if (sentAtMs < this.#validAtMs) return;
    this.#check ??= this.#runCheck(tryToken);
    await untilAborted(this.#check, signal);
  }

  async #runCheck(tryToken: () => Promise<number>): Promise<void> {
    const checkOnce = async () => {
      const startedAtMs = monotonicNow();
      const status = await tryToken();
      if (status !== 200 && status !== 401) throw new Error(`Discord answered with status ${status}.`);
      return { isValid: status === 200, startedAtMs };
    };
    const { isValid, startedAtMs } = await retry(checkOnce, {
      firstPauseMs: 1_000,
      longestPauseMs: 60_000,
      onRetry: (error, pauseMs) => this.#parts.log.warn({ err: error, pauseMs }, 'token check failed'),
    });
    if (!isValid) {
      this.#parts.onFatal(new FatalError(`Discord login failed: ${INVALID_TOKEN}`));
      return new Promise(() => {});
    }
    this.#validAtMs = startedAtMs;
    this.#check = undefined;
  }
}
