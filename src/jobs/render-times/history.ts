import type { Log } from '../../log.ts';
import type { GenerationParameters } from '../../segmind/parameters.ts';
import { createPollSchedule, type PollSchedule, type RenderTimes, workOf } from '../../segmind/poll-schedule.ts';
import type { FinishTimes } from '../../segmind/poller.ts';
import type { InferenceMetrics } from '../../segmind/result.ts';
import { wait } from '../../time.ts';
import { measure } from './measure.ts';
import { REMEMBERED, type RenderTime, type RenderTimeStore } from './store.ts';

/** Between two saves, in milliseconds. Times recorded meanwhile are saved together; a crash loses them. */
const SAVE_PAUSE_MS = 1_000;

/** How long the latest requests took, also those of other processes: it predicts when the next ones end. Nothing waits for its store. */
export class RenderHistory {
  readonly #store: Pick<RenderTimeStore, 'load' | 'add'>;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #stored: readonly RenderTime[] = [];
  #unsaved: readonly RenderTime[] = [];
  #work: Promise<void> | undefined;

  constructor(store: Pick<RenderTimeStore, 'load' | 'add'>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Begins to read what earlier processes have stored; until then, guesses stand in for it. */
  load(): void {
    this.#work = this.#read();
  }

  /** @param finish what polls saw of its end; undefined for a blocking call */
  record(parameters: GenerationParameters, metrics: InferenceMetrics, finish: FinishTimes | undefined): void {
    const measured = measure(metrics, finish);
    if (!measured) return;
    const { renderSeconds, queueSeconds } = measured;
    const time = { renderRate: renderSeconds / workOf(parameters), queueSeconds };
    this.#unsaved = [...this.#unsaved, time].slice(-REMEMBERED);
    this.#work ??= this.#save();
  }

  /** When to poll such a request, and how long it usually takes. */
  scheduleFor(parameters: GenerationParameters): PollSchedule {
    return createPollSchedule(this.#times(), workOf(parameters));
  }

  /** Saves the rest at once. Resolves when nothing is being read or saved. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#work !== undefined) await this.#work;
  }

  #times(): RenderTimes {
    const latest = [...this.#stored, ...this.#unsaved].slice(-REMEMBERED);
    return {
      renderRates: latest.map(({ renderRate }) => renderRate),
      queueSeconds: latest.flatMap(({ queueSeconds }) => queueSeconds ?? []),
    };
  }

  async #read(): Promise<void> {
    try {
      this.#stored = await this.#store.load();
    } catch (error) {
      this.#log.warn({ err: error }, 'render times not loaded');
    }
    this.#work = this.#unsaved.length > 0 ? this.#save() : undefined;
  }

  /** What can't be saved is saved together with the next. */
  async #save(): Promise<void> {
    const saving = this.#unsaved;
    try {
      await this.#store.add(saving);
      this.#unsaved = this.#unsaved.filter((time) => !saving.includes(time));
      this.#stored = [...this.#stored, ...saving].slice(-REMEMBERED);
      this.#stored = await this.#store.load();
    } catch (error) {
      this.#log.warn({ err: error, count: saving.length }, 'render times not saved');
    }
    await wait(SAVE_PAUSE_MS, this.#closing.signal).catch(() => {});
    const hasNew = this.#unsaved.some((time) => !saving.includes(time));
    this.#work = hasNew ? this.#save() : undefined;
  }
}
