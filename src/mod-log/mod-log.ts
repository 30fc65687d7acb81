import { setMaxListeners } from 'node:events';
import type { REST } from 'discord.js';
import { PacedQueue } from '../delivery/paced-queue.ts';
import type { Log } from '../log.ts';
import type { ModLog, ModLogEntry } from '../replies/mod-log/message.ts';
import type { LogTrouble } from '../replies/mod-log/trouble.ts';
import { textsIn } from '../texts/index.ts';
import { later, monotonicNow, now, wait } from '../time.ts';
import { Backlog, type Composed } from './backlog.ts';
import { sendLogMessage } from './send.ts';

/** Between two messages of one server, and how long its first entry waits for more. */
const INTERVAL_MS = 5_000;
/** Between two messages of any servers: 5 a second, so that most of Discord's 50 requests a second are left to deliveries. */
const SPACING_MS = 200;
/** Between two attempts at a message, after a failure that may pass. */
const RETRY_PAUSES_MS = [5_000, 10_000, 20_000];
/** After a rejection: Discord bans an address for a while that it rejected 10 000 times in 10 minutes. */
const REJECTED_PAUSE_MS = 60_000;
/** How long a shutdown waits for the last messages. */
const SHUTDOWN_TIMEOUT_MS = 2_000;
/** One language for everyone who reads a log channel. */
const TEXTS = textsIn('en');

interface ModLogParts {
  readonly rest: Pick<REST, 'post'>;
  /** A server's log channel, if it has one. */
  readonly channelOf: (guildId: string) => Promise<string | undefined>;
  /** The preview of a job's images, once, if there is one. */
  readonly takePreview: (jobId: string) => Buffer | undefined;
  readonly log: Log;
}

/** A message on its way. */
interface Unsent extends Composed {
  /** The same for every attempt: Discord keeps one of those that arrive. */
  readonly nonce: string;
  readonly failures: number;
}

/** A server for which something waits, or whose channel is in trouble. */
interface Guild {
  readonly id: string;
  readonly backlog: Backlog;
  unsent: Unsent | undefined;
  /** Runs while there is something to post. */
  worker: Promise<void> | undefined;
  /** Ends what the worker waits for. */
  wake: (() => void) | undefined;
  /** Why Discord rejected the last message. */
  trouble: LogTrouble | undefined;
  /** After a rejection; on the monotonic clock. */
  heldUntilMs: number;
  /** Whether the worker waits for that. */
  isHeld: boolean;
}

/** Posts what moderators want to know into the log channels of their servers: in few messages, and after everything else. */
class ModLogPoster implements ModLog {
  readonly #parts: ModLogParts;
  readonly #guilds = new Map<string, Guild>();
  readonly #queue = new PacedQueue<() => void>(SPACING_MS, (go) => {
    go();
    return true;
  });
  readonly #shutdownTimeout = new AbortController();
  #isStopping = false;
  #nonces = 0;

  constructor(parts: ModLogParts) {
    this.#parts = parts;
    // Every message that is being posted listens to this signal, and Node warns of a leak at more than ten listeners.
    setMaxListeners(0, this.#shutdownTimeout.signal);
  }

  note(guildId: string, entry: ModLogEntry): void {
    // It would never be posted.
    if (this.#shutdownTimeout.signal.aborted) return;
    const guild = this.#guilds.get(guildId) ?? this.#newGuild(guildId);
    this.#guilds.set(guildId, guild);
    guild.backlog.add(entry);
    if (isChannelChange(entry)) {
      guild.trouble = undefined;
      guild.heldUntilMs = 0;
      if (guild.isHeld) guild.wake?.();
    }
    guild.worker ??= this.#serve(guild);
  }

  troubleOf(guildId: string): LogTrouble | undefined {
    return this.#guilds.get(guildId)?.trouble;
  }

  /** Posts at once what waits, within 2 s; the rest is lost and logged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const guilds = [...this.#guilds.values()];
    for (const guild of guilds) guild.wake?.();
    const done = new AbortController();
    const timeout = wait(SHUTDOWN_TIMEOUT_MS, done.signal).catch(() => undefined);
    await Promise.race([Promise.all(guilds.map(({ worker }) => worker)), timeout]);
    done.abort();
    this.#shutdownTimeout.abort(new Error('The bot stops.'));
    const entries = [...this.#guilds.values()].reduce(
      (sum, { backlog, unsent }) => sum + backlog.size + (unsent?.size ?? 0),
      0,
    );
    if (entries > 0) this.#parts.log.warn({ entries }, 'mod log entries lost at shutdown');
  }

  /** Posts what a server has, message by message, until nothing is left. Never throws. */
  async #serve(guild: Guild): Promise<void> {
    do {
      await this.#pause(guild, RETRY_PAUSES_MS[(guild.unsent?.failures ?? 0) - 1] ?? INTERVAL_MS);
      guild.isHeld = true;
      if (guild.heldUntilMs > monotonicNow()) await this.#pause(guild, guild.heldUntilMs - monotonicNow());
      guild.isHeld = false;
      // Servers without a log channel take no slot from others.
      if ((await this.#findChannel(guild)) === undefined) break;
      await this.#waitForSlot(guild);
      // The channel may have changed meanwhile.
      const channelId = await this.#findChannel(guild);
      if (channelId === undefined) break;
      await this.#post(guild, channelId);
    } while ((guild.unsent || guild.backlog.hasEntries) && !(this.#isStopping && guild.trouble !== undefined));
    guild.worker = undefined;
    if (guild.backlog.size === 0 && guild.trouble === undefined) this.#guilds.delete(guild.id);
  }

  async #pause(guild: Guild, ms: number): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const cancel = later(ms, resolve);
      guild.wake = () => {
        cancel();
        resolve();
      };
    });
    guild.wake = undefined;
  }

  async #waitForSlot(guild: Guild): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      guild.wake = () => {
        this.#queue.leave(resolve);
        resolve();
      };
      this.#queue.join(resolve);
    });
    guild.wake = undefined;
  }

  /** The current log channel. Without one, what waits is forgotten. */
  async #findChannel(guild: Guild): Promise<string | undefined> {
    const { channelOf, log } = this.#parts;
    let channelId: string | undefined;
    try {
      channelId = await channelOf(guild.id);
    } catch (error) {
      log.error({ err: error, guild: guild.id }, 'log channel lookup failed');
    }
    if (channelId === undefined) {
      guild.backlog.clear();
      guild.unsent = undefined;
      guild.trouble = undefined;
    }
    return channelId;
  }

  async #post(guild: Guild, channelId: string): Promise<void> {
    const { backlog } = guild;
    try {
      guild.unsent ??= { ...backlog.compose(), nonce: this.#newNonce(), failures: 0 };
    } catch (error) {
      const entries = backlog.size;
      this.#parts.log.error({ err: error, guild: guild.id, entries }, 'mod log message composition failed');
      backlog.clear();
      backlog.addMissing(entries);
      return;
    }
    const { unsent } = guild;
    const result = await sendLogMessage(this.#parts.rest, channelId, unsent, this.#shutdownTimeout.signal, TEXTS);
    guild.unsent = undefined;
    if (result.name === 'posted') {
      guild.trouble = undefined;
      return;
    }
    const failures = unsent.failures + 1;
    if (result.name === 'transient' && failures <= RETRY_PAUSES_MS.length && !this.#isStopping) {
      guild.unsent = { ...unsent, failures };
      return;
    }
    backlog.addMissing(unsent.size);
    // A rejection in the channel before says nothing of the one that is set now.
    if (result.name === 'rejected' && (await this.#findChannel(guild)) === channelId) {
      guild.trouble = { ...result.why, channelId };
      guild.heldUntilMs = monotonicNow() + REJECTED_PAUSE_MS;
    }
    const facts = { err: result.error, guild: guild.id, channel: channelId, entries: unsent.size };
    if (result.name === 'broken') this.#parts.log.error(facts, 'mod log message failed');
    else this.#parts.log.warn(facts, 'mod log message dropped');
  }

  #newGuild(id: string): Guild {
    return {
      id,
      backlog: new Backlog(TEXTS, this.#parts.takePreview),
      unsent: undefined,
      worker: undefined,
      wake: undefined,
      trouble: undefined,
      heldUntilMs: 0,
      isHeld: false,
    };
  }

  /** Within Discord's 25 characters, and never one of an earlier process. */
  #newNonce(): string {
    this.#nonces += 1;
    return `log-${now().toString(36)}-${this.#nonces}`;
  }
}

function isChannelChange(entry: ModLogEntry): boolean {
  return entry.kind === 'settings' && entry.changes.some(({ setting }) => setting === 'logChannelId');
}

/** The moderators' log: entries in, messages in the log channels out. */
export function createModLog(parts: ModLogParts): ModLog & { stop(): Promise<void> } {
  return new ModLogPoster(parts);
}
