import { createHash } from 'node:crypto';
import Bottleneck from 'bottleneck';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { later, within } from '../time.ts';
import { repairScripts } from './bottleneck-scripts.ts';
import type { SlotSupply } from './slot-supply.ts';

/** A minute, and what the delays of two requests may differ by. */
const SPACED_MINUTE_MS = 62_000;
/** After that long without a use its keys leave Redis. */
const KEEP_MS = 86_400_000;
const PING_MS = 1_000;
/** After that long without an answer a connection is dead, even if nobody has closed it. */
const SILENCE_MS = 15_000;
/** How long giving places back may hold up the end. */
const FAREWELL_MS = 1_000;

export interface ClusterLimiterOptions {
  /** `redis://` or `rediss://` */
  readonly redisUrl: string;
  /** N: submits in any sliding 60 s, over all processes. */
  readonly requestsPerMinute: number;
  /** The budget belongs to the key: who shares it, shares the limiter. Only a hash of it reaches Redis. */
  readonly apiKey: string;
  /** Submits under way at once over all processes, and those that wait for their moment; ceil(N / 15) by default. */
  readonly maxConcurrent?: number;
  /** The longest that a use takes, in milliseconds. The place of one that takes longer, or whose process has died, goes to another. */
  readonly longestUseMs: number;
  readonly log: Log;
}

/** Connects in the background: while Redis is away, slots wait. ioredis is loaded only here, for its memory. */
export async function createClusterLimiter(options: ClusterLimiterOptions): Promise<ClusterLimiter> {
  const { Redis } = await import('ioredis');
  // Without a limit of retries, commands wait for Redis and are not lost; silent peers are found by TCP within 20 s.
  const client = new Redis(options.redisUrl, { maxRetriesPerRequest: null, keepAlive: 10_000, disconnectTimeout: 0 });
  return new ClusterLimiter(client, options);
}

/**
 * One slot at a time for all processes that share a Redis, at even distances: N - 1 of them in 62 s, so that delays on the way
 * don't bring N + 1 into a minute. It spreads the waiting and guarantees nothing: Redis may forget what it has given out.
 */
export class ClusterLimiter implements SlotSupply {
  readonly #bottleneck: Bottleneck;
  readonly #connection: Bottleneck.IORedisConnection;
  readonly #client: Redis;
  readonly #log: Log;
  readonly #expirationMs: number;
  readonly #giveBackPlaces: () => Promise<void>;
  /** Rejects the requests whose slot isn't real yet. */
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #uses = new Set<Promise<void>>();
  readonly #end = new AbortController();
  #closed: Promise<void> | undefined;
  #ping: Promise<unknown> | undefined;
  #isInTrouble = false;

  constructor(client: Redis, { requestsPerMinute, apiKey, longestUseMs, log, ...options }: ClusterLimiterOptions) {
    const minTime = Math.ceil(SPACED_MINUTE_MS / Math.max(1, requestsPerMinute - 1));
    const maxConcurrent = options.maxConcurrent ?? Math.max(1, Math.ceil(requestsPerMinute / 15));
    this.#client = client;
    this.#log = log;
    // Counted from the moment in which a place is taken, and up to that many wait for theirs one after another.
    this.#expirationMs = longestUseMs + maxConcurrent * minTime;
    this.#giveBackPlaces = repairScripts(client, this.#end.signal, {
      onTrouble: (error) => this.#onTrouble(error),
      onAnswer: () => this.#onAnswer(),
      onHeartbeat: () => {
        this.#endIfSilent(client);
        this.#endIfSilent(this.#subscriber);
      },
    });
    this.#connection = new Bottleneck.IORedisConnection({ client });
    this.#connection.on('error', (error) => this.#onTrouble(error));
    // The first settings stay in Redis as long as the id: so all of them are in it.
    const keyHash = createHash('sha256').update(apiKey).digest('hex').slice(0, 16);
    this.#bottleneck = new Bottleneck({
      id: `timeless_${keyHash}_${requestsPerMinute}_${maxConcurrent}`,
      connection: this.#connection,
      minTime,
      maxConcurrent,
      timeout: KEEP_MS,
    });
    this.#bottleneck.on('error', (error: unknown) => this.#onTrouble(error));
    // Fails only by the end of the limiter, of which all that wait hear anyway.
    this.#bottleneck.ready().catch(() => {});
  }

  /** A slot that was not used lapses. */
  requestSlot(use: () => Promise<'spent' | 'unused'>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(closedError());
      this.#waiting.add(reject);
      const run = async () => {
        // Closed meanwhile, and rejected.
        if (!this.#waiting.delete(reject)) return;
        const used = (async () => void (await use()))();
        this.#uses.add(used);
        // Told here and not by Bottleneck, which gives up on what outlasts its expiration.
        used.then(resolve, reject);
        await used.catch(() => {});
        this.#uses.delete(used);
      };
      this.#bottleneck.schedule({ expiration: this.#expirationMs }, run).catch((error: unknown) => {
        if (this.#waiting.delete(reject)) reject(error);
      });
    });
  }

  get isHeldUp(): boolean {
    return this.#isInTrouble;
  }

  /** Whether Redis answers within 1 s. */
  async isReachable(): Promise<boolean> {
    // One at a time: while Redis is away they would pile up.
    this.#ping ??= this.#client.ping().finally(() => {
      this.#ping = undefined;
    });
    const answered = this.#ping.then(
      () => true,
      () => false,
    );
    return (await within(PING_MS, answered)) ?? false;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const reject of this.#waiting) reject(closedError());
    this.#waiting.clear();
    await Promise.allSettled(this.#uses);
    const givenBack = this.#giveBackPlaces().catch(() => {});
    if (this.#client.status === 'ready') await within(FAREWELL_MS, givenBack);
    this.#end.abort(closedError());
    // Its timers end with it; it settles when what it has begun is called off.
    this.#bottleneck.stop({ dropWaitingJobs: true }).catch(() => {});
    await this.#connection.disconnect(false);
  }

  /** A dead connection that nobody has closed is made anew: who waits for an event in Redis would do so for good. */
  #endIfSilent(connection: Redis | undefined): void {
    if (connection?.status !== 'ready') return;
    const cancel = later(SILENCE_MS, () => {
      this.#onTrouble(new Error(`no answer for ${SILENCE_MS / 1_000} s`));
      connection.disconnect(true);
    });
    connection.ping().then(cancel, cancel);
  }

  /** Bottleneck's own; undefined until it is connected. */
  get #subscriber(): Redis | undefined {
    return this.#bottleneck.clients().subscriber;
  }

  #onTrouble(error: unknown): void {
    if (this.#closed !== undefined || this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#log.error({ err: error }, 'Redis is out of reach or in trouble: submits wait for it');
  }

  #onAnswer(): void {
    if (!this.#isInTrouble || this.#subscriber?.status !== 'ready') return;
    this.#isInTrouble = false;
    this.#log.info('Redis answers again');
  }
}

function closedError(): Error {
  return new Error('the submit limiter is closed');
}
