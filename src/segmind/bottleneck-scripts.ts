import type { Redis } from 'ioredis';
import { wait } from '../time.ts';

/** After an answer that doesn't help, such as of a Redis that loads, is full or can't write. */
const RETRY_MS = 1_000;
/** Where the index of a place stands in the arguments: after the number of keys, 8 keys, a time and the client. */
const PLACE_INDEX = 11;

/** What is wrong in the scripts of Bottleneck 2.19.5, and what stands there instead; without a script's name in all of them. */
const REPAIRS: readonly { readonly script?: string; readonly wrong: string; readonly right: string }[] = [
  {
    // Every client brings a time of its own along: one whose clock is ahead would make all others wait by that much.
    wrong: 'local now = tonumber(ARGV[1])',
    right: `local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`,
  },
  {
    // A command whose answer was lost is sent again: the place would count twice, and one of both would never be given back.
    script: 'register',
    wrong: 'local state = process_tick(now, false)',
    right: `if redis.call('hexists', job_weights_key, index) == 1 then
  local known = redis.call('hmget', settings_key, 'nextRequest', 'minTime')
  return {true, math.max(known[1] - known[2] - now, 0)}
end
local state = process_tick(now, false)`,
  },
];

/** @throws Error when the script isn't that of Bottleneck 2.19.5 */
function repairScript(name: string, lua: string): string {
  return REPAIRS.filter(({ script }) => script === undefined || script === name).reduce((text, { wrong, right }) => {
    if (!text.includes(wrong)) throw new Error(`Bottleneck's script ${name} has changed: look at its repairs`);
    return text.replace(wrong, () => right);
  }, lua);
}

export interface ScriptEvents {
  /** Redis has answered a script with an error that is none of Bottleneck's own: it is sent again. */
  readonly onTrouble: (error: unknown) => void;
  readonly onAnswer: () => void;
  /** Every 5 s. */
  readonly onHeartbeat: () => void;
}

/**
 * Makes the scripts that Bottleneck defines on `client` go on after whatever happens to Redis.
 * @param signal ends all of them
 * @returns what gives the places of this client that were not given back, back
 */
export function repairScripts(client: Redis, signal: AbortSignal, events: ScriptEvents): () => Promise<void> {
  const define = client.defineCommand.bind(client);
  const scripts = new Map<string, (args: readonly unknown[]) => Promise<unknown>>();
  /** What named each place when it was registered, by its index. */
  const places = new Map<unknown, readonly unknown[]>();

  const run = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    if (name === 'heartbeat') {
      events.onHeartbeat();
      // They would pile up while Redis is away.
      if (client.status !== 'ready') return undefined;
    }
    for (;;) {
      try {
        const reply = await scripts.get(name)?.(args);
        events.onAnswer();
        const index = args[PLACE_INDEX];
        if (name === 'register' && Array.isArray(reply) && reply[0]) places.set(index, args.slice(0, PLACE_INDEX + 1));
        if (name === 'free') places.delete(index);
        return reply;
      } catch (error) {
        if (signal.aborted) throw error;
        const known = knownError(name, error);
        if (known) throw known;
        events.onTrouble(error);
        await wait(RETRY_MS, signal);
      }
    }
  };

  client.defineCommand = (name, definition) => {
    define(name, { ...definition, lua: repairScript(name, definition.lua) });
    const defined: unknown = Reflect.get(client, name);
    if (typeof defined !== 'function') throw new Error(`ioredis has not defined ${name}`);
    scripts.set(name, async (args) => Reflect.apply(defined, client, [...args]));
    Reflect.set(client, name, (...args: unknown[]) => {
      const callback = args.pop();
      if (typeof callback !== 'function') throw new Error(`Bottleneck has called ${name} without a callback`);
      untilAborted(run(name, args), signal).then(
        (reply) => callback(null, reply),
        (error: unknown) => callback(error),
      );
    });
  };

  return async () => {
    await Promise.all([...places.values()].map((args) => untilAborted(run('free', args), signal)));
  };
}

/** The error that Bottleneck mends by itself, in the words that it knows; undefined for others. */
function knownError(name: string, error: unknown): Error | undefined {
  // Redis 7 puts ERR before it, which Bottleneck does not expect.
  const message = error instanceof Error ? error.message.replace(/^ERR /, '') : '';
  if (message === 'UNKNOWN_CLIENT') return new Error(message);
  if (message !== 'SETTINGS_KEY_NOT_FOUND') return undefined;
  // Redis has lost its data. A heartbeat would leave it at that, and who waits for an event in Redis would wait for good.
  return new Error(name === 'heartbeat' ? 'UNKNOWN_CLIENT' : message);
}

/** What `work` comes to. @throws `signal.reason` when the signal aborts before that */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => signal.removeEventListener('abort', onAbort);
    work.then(resolve, reject).then(settle, settle);
  });
}
