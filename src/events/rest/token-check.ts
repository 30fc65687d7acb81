import { FatalError } from '../../fatal.ts';
import type { Log } from '../../log.ts';
import { monotonicNow, retry, untilAborted } from '../../time.ts';

/** The one line for the operator, whoever finds it out first. */
export const INVALID_TOKEN = 'the bot token is not valid. Copy it again from the Developer Portal into DISCORD_TOKEN.';

interface TokenCheckParts {
  readonly onFatal: (error: FatalError) => void;
  readonly log: Log;
}

/** Finds out whether a 401 is about the bot's token or about one route, with one question for all who were refused. */
export class TokenCheck {
  readonly #parts: TokenCheckParts;
  /** Under way; it is answered when the token is alive, and never when it is dead. */
  #question: Promise<void> | undefined;
  /** What was refused before this was refused with a token that lived. */
  #aliveAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: TokenCheckParts) {
    this.#parts = parts;
  }

  /** Resolves when no question is open: refusals of a dead token count too. @throws `signal.reason` when it aborts */
  async waitForResult(signal: AbortSignal | undefined): Promise<void> {
    await untilAborted(this.#question ?? Promise.resolve(), signal);
  }

  /**
   * Resolves when the token is alive; with a dead one never, so that no job is lost while the process ends.
   * @param sentAtMs of the request that was refused
   * @param ask asks Discord who the bot is; resolves to the status
   * @throws `signal.reason` when it aborts
   */
  async confirm(sentAtMs: number, ask: () => Promise<number>, signal: AbortSignal | undefined): Promise<void> {
    if (sentAtMs < this.#aliveAtMs) return;
    this.#question ??= this.#ask(ask);
    await untilAborted(this.#question, signal);
  }

  async #ask(ask: () => Promise<number>): Promise<void> {
    const askOnce = async () => {
      const askedAtMs = monotonicNow();
      const status = await ask();
      if (status !== 200 && status !== 401) throw new Error(`Discord answered with status ${status}.`);
      return { isAlive: status === 200, askedAtMs };
    };
    const { isAlive, askedAtMs } = await retry(askOnce, {
      firstPauseMs: 1_000,
      longestPauseMs: 60_000,
      onRetry: (error, pauseMs) => this.#parts.log.warn({ err: error, pauseMs }, 'token check failed'),
    });
    if (!isAlive) {
      this.#parts.onFatal(new FatalError(`Discord does not let the bot in: ${INVALID_TOKEN}`));
      return new Promise(() => {});
    }
    this.#aliveAtMs = askedAtMs;
    this.#question = undefined;
  }
}
