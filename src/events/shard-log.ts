import type { Log } from '../log.ts';
import { later, monotonicNow } from '../time.ts';

/** Before the first summary of repeated events; the pause doubles with each. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 600_000;
/** After a pause of this length without an event, a connected shard counts as stable again. */
const QUIET_MS = 60_000;

/** From the first event, or attempt, until the shard is stable. */
interface Episode {
  /** How often each kind of event came. */
  readonly counts: Map<string, number>;
  pauseMs: number;
  /** Whether a counted event isn't logged yet. */
  hasUnlogged: boolean;
}

/**
 * Logs the events of one shard's connection: the first of each kind at once, the others as counts in summaries with growing pauses,
 * because a refused connection is retried every 500 ms. A shard that just stays down is in the summaries too.
 */
export class ShardLog {
  readonly #shard: number;
  readonly #log: Log;
  readonly #stopping: AbortSignal;
  #episode: Episode | undefined;
  #isHelloReceived = false;
  /** Undefined while the shard is up. */
  #downSinceMs: number | undefined;
  #isDownLogged = false;

  /** Expects the shard to connect from now on. */
  constructor(shard: number, log: Log, stopping: AbortSignal) {
    this.#shard = shard;
    this.#log = log;
    this.#stopping = stopping;
    this.#downSinceMs = monotonicNow();
    this.#begin();
  }

  /** HELLO was received: the shard may identify, which at the start may have to wait for many others. */
  helloReceived(): void {
    this.#isHelloReceived = true;
    if (this.#episode?.counts.size === 0) this.#episode = undefined;
  }

  closed(code: number): void {
    const event = this.#isHelloReceived ? 'disconnected' : 'connection failed';
    this.#markDown();
    this.#note(`${event} (${code})`, { code }, `gateway ${event}`);
  }

  failed(error: Error): void {
    this.#markDown();
    this.#note(`error (${'code' in error ? error.code : error.message})`, { err: error }, 'gateway error');
  }

  recovered(how: 'connected' | 'resumed'): void {
    const facts = this.#downSinceMs === undefined ? {} : { downMs: monotonicNow() - this.#downSinceMs };
    this.#downSinceMs = undefined;
    const isFirst = this.#count(how);
    if (isFirst || this.#isDownLogged) this.#log.info({ shard: this.#shard, ...facts }, `gateway ${how}`);
    this.#isDownLogged = false;
  }

  #markDown(): void {
    this.#isHelloReceived = false;
    this.#downSinceMs ??= monotonicNow();
  }

  #note(kind: string, facts: object, message: string): void {
    if (!this.#count(kind)) return;
    this.#log[this.#stopping.aborted ? 'info' : 'warn']({ shard: this.#shard, ...facts }, message);
  }

  /** @returns whether it is the first of its kind */
  #count(kind: string): boolean {
    const episode = this.#episode ?? this.#begin();
    const count = (episode.counts.get(kind) ?? 0) + 1;
    episode.counts.set(kind, count);
    if (count > 1) episode.hasUnlogged = true;
    return count === 1;
  }

  #begin(): Episode {
    const episode: Episode = { counts: new Map(), pauseMs: FIRST_PAUSE_MS, hasUnlogged: false };
    this.#episode = episode;
    later(episode.pauseMs, () => this.#summarize(episode));
    return episode;
  }

  #summarize(episode: Episode): void {
    if (episode !== this.#episode || this.#stopping.aborted) return;
    const isDown = this.#downSinceMs !== undefined;
    if (isDown || episode.hasUnlogged) {
      const facts = {
        shard: this.#shard,
        ...(this.#downSinceMs === undefined ? {} : { downMs: monotonicNow() - this.#downSinceMs }),
        counts: Object.fromEntries(episode.counts),
      };
      this.#log.warn(facts, isDown ? 'gateway still not connected' : 'gateway unstable');
      this.#isDownLogged = isDown;
    } else if (episode.pauseMs >= QUIET_MS) {
      this.#episode = undefined;
      return;
    }
    episode.hasUnlogged = false;
    episode.pauseMs = Math.min(2 * episode.pauseMs, LONGEST_PAUSE_MS);
    later(episode.pauseMs, () => this.#summarize(episode));
  }
}
