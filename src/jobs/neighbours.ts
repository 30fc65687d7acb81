import type { Log } from '../log.ts';
import { later } from '../time.ts';
import type { JobParts } from './parts.ts';
import type { Stops } from './stops.ts';

/** Between two looks at what other processes do. */
const NEWS_PAUSE_MS = 2_500;
/** Every so many looks, free jobs are looked for: every 10 s. */
const LOOKS_PER_CLAIM = 4;

interface NeighbourOptions {
  readonly parts: Pick<JobParts, 'claims' | 'stops'> & { readonly log: Log };
  /** Told after each look. */
  readonly onNews: (stops: Stops) => void;
  /** Takes up the jobs that are free. */
  readonly takeUp: () => Promise<void>;
}

/** Keeps an eye on the other processes that share the database; where none can, it does nothing. */
export class Neighbours {
  readonly #options: NeighbourOptions;
  #waiting: readonly number[] = [];
  #looks = 0;
  #isBlind = false;
  #cancel = () => {};

  constructor(options: NeighbourOptions) {
    this.#options = options;
  }

  /** How many jobs wait in each of them, as it was some seconds ago. */
  get waiting(): readonly number[] {
    return this.#waiting;
  }

  start(signal: AbortSignal): void {
    if (!this.#options.parts.claims.isShared || signal.aborted) return;
    const lookAgain = () => {
      this.#cancel = later(NEWS_PAUSE_MS, () => {
        this.#look()
          .catch((error: unknown) => this.#noteBlindness(error, signal))
          .finally(lookAgain);
      });
      if (signal.aborted) this.#cancel();
    };
    signal.addEventListener('abort', () => this.#cancel(), { once: true });
    this.#look().catch((error: unknown) => this.#noteBlindness(error, signal));
    lookAgain();
  }

  async #look(): Promise<void> {
    const { parts, onNews, takeUp } = this.#options;
    this.#looks += 1;
    this.#waiting = await parts.claims.waitingElsewhere();
    onNews(await parts.stops.load());
    if (this.#looks % LOOKS_PER_CLAIM === 0) await takeUp();
    this.#isBlind = false;
  }

  /** Once: the database tells everything else that needs it as well. */
  #noteBlindness(error: unknown, signal: AbortSignal): void {
    if (signal.aborted || this.#isBlind) return;
    this.#isBlind = true;
    this.#options.parts.log.warn({ err: error }, 'what other processes do is not known at present');
  }
}
