import { FatalError } from '../../fatal.ts';
import type { Log } from '../../log.ts';
import { monotonicNow, untilAborted, wait } from '../../time.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

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
  async settled(signal: AbortSignal | undefined): Promise<void> {
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
    const { log, onFatal } = this.#parts;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const askedAtMs = monotonicNow();
      const status = await ask().catch((error: unknown) => {
        log.warn({ err: error }, 'token check failed');
        return undefined;
      });
      if (status === 200) {
        this.#aliveAtMs = askedAtMs;
        this.#question = undefined;
        return;
      }
      if (status === 401) {
        onFatal(new FatalError(`Discord does not let the bot in: ${INVALID_TOKEN}`));
        return new Promise(() => {});
      }
      log.warn({ status, pauseMs }, 'token check repeated');
      await wait(pauseMs);
    }
  }
}
