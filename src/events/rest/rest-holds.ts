import { monotonicNow } from '../../time.ts';
import type { OutgoingRequest } from './request.ts';

const FIRST_BLOCK_MS = 1_000;
const LONGEST_BLOCK_MS = 60_000;
/** A refusal this long after the last one counts as a first one. */
const FORGET_AFTER_MS = 10 * 60_000;
/** For other requests of a route while one of them tries whether the block is over. */
const TRIAL_PAUSE_MS = 1_000;

const EVERYTHING = 'everything';
const BOT_TOKEN = 'with the bot’s token';

/** How long requests of this process have to wait. They are held back because Discord bans an IP address for refusals. */
export class RestHolds {
  /** Until when requests have to wait, by scope, on the monotonic clock. */
  readonly #untilMs = new Map<string, number>();
  /** Refusals without a usable wait since the last success. */
  #refusals = 0;
  #refusedRoute: string | undefined;
  /** Routes with a success since the last such refusal; undefined before the first one. */
  #answeredRoutes: Set<string> | undefined;
  /** By route, the one request that tries whether the block is over. */
  readonly #trials = new Map<string, OutgoingRequest>();

  /** @returns how long the request has to wait; with 0 it may be sent now, and has to `leave` when it is over */
  admit(request: OutgoingRequest): number {
    const { route, isCallback } = request;
    if (isCallback) return 0;
    const waitMs = Math.max(...scopesOf(request).map((scope) => this.#leftOf(scope)));
    if (waitMs > 0) return waitMs;
    if (!this.#answeredRoutes || this.#answeredRoutes.has(route)) return 0;
    if (this.#trials.has(route)) return TRIAL_PAUSE_MS * (0.5 + Math.random());
    this.#trials.set(route, request);
    return 0;
  }

  leave(request: OutgoingRequest): void {
    if (this.#trials.get(request.route) === request) this.#trials.delete(request.route);
  }

  /**
   * Holds back all requests, twice as long each time; requests that were under way before don't count again.
   * @param requestedMs the minimum that Discord asked for, in a form that discord.js does not read
   * @returns how long, and whether this is a new block
   */
  block({ route }: OutgoingRequest, sentAtMs: number, requestedMs: number): { waitMs: number; isNew: boolean } {
    const blockedUntilMs = this.#untilMs.get(EVERYTHING) ?? Number.NEGATIVE_INFINITY;
    const isNew = sentAtMs >= blockedUntilMs;
    if (isNew && sentAtMs > blockedUntilMs + FORGET_AFTER_MS) this.#refusals = 0;
    if (isNew) {
      const waitMs = Math.min(FIRST_BLOCK_MS * 2 ** this.#refusals, LONGEST_BLOCK_MS);
      this.#refusals += 1;
      this.#refusedRoute = route;
      this.#answeredRoutes = new Set();
      // Keeps several processes with one IP address from coming back together.
      this.#hold(EVERYTHING, waitMs * (0.8 + 0.2 * Math.random()));
    }
    this.#hold(EVERYTHING, requestedMs);
    return { waitMs: this.#leftOf(EVERYTHING), isNew };
  }

  /** Holds back all requests with the bot's token. */
  holdBotToken(waitMs: number): void {
    this.#hold(BOT_TOKEN, waitMs);
  }

  /** Holds back the same route with the same ids. */
  holdRoute(request: OutgoingRequest, waitMs: number): void {
    this.#hold(keyOf(request), waitMs);
  }

  /** Records an answer that was no refusal. */
  noteSuccess({ route }: OutgoingRequest, sentAtMs: number): void {
    if (sentAtMs < (this.#untilMs.get(EVERYTHING) ?? 0)) return;
    this.#answeredRoutes?.add(route);
    // Other routes may work all the while.
    if (route === this.#refusedRoute) this.#refusals = 0;
  }

  #hold(scope: string, waitMs: number): void {
    const nowMs = monotonicNow();
    for (const [key, untilMs] of this.#untilMs) if (key !== EVERYTHING && untilMs <= nowMs) this.#untilMs.delete(key);
    this.#untilMs.set(scope, Math.max(this.#untilMs.get(scope) ?? 0, Math.ceil(nowMs + waitMs)));
  }

  #leftOf(scope: string): number {
    return (this.#untilMs.get(scope) ?? 0) - monotonicNow();
  }
}

function scopesOf(request: OutgoingRequest): string[] {
  return [EVERYTHING, ...(request.isBots ? [BOT_TOKEN] : []), keyOf(request)];
}

function keyOf({ method, path }: OutgoingRequest): string {
  return `${method} ${path}`;
}
