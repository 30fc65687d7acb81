import type { RawFile } from 'discord.js';
import type { MessageBody } from '../replies/message.ts';
import {
  type CountedEntry,
  type ModLogEntry,
  mergeEntries,
  mergeKey,
  modLogMessage,
  type TakePreview,
} from '../replies/mod-log/message.ts';
import type { Texts } from '../texts/index.ts';

/** How many entries of a server may wait; a message has room for five jobs. */
const MAX_WAITING = 50;

/** A message that is on its way. */
export interface Composed {
  readonly body: MessageBody & { readonly attachments: readonly object[] };
  readonly files: readonly RawFile[];
  /** How many entries are lost when it does not arrive. */
  readonly size: number;
}

/** The entries that wait for the log channel of one server. */
export class Backlog {
  #waiting: CountedEntry[] = [];
  /** Dropped entries of which the moderators don't know yet. */
  #missing = 0;
  readonly #texts: Texts;
  readonly #takePreview: TakePreview;

  constructor(texts: Texts, takePreview: TakePreview) {
    this.#texts = texts;
    this.#takePreview = takePreview;
  }

  /** How many entries would be lost now. */
  get size(): number {
    return sizeOf(this.#waiting) + this.#missing;
  }

  /** Whether there is something to post; the number of missing entries waits for the next entry. */
  get hasEntries(): boolean {
    return this.#waiting.length > 0;
  }

  /** Adds an entry, or merges it with one of the same. When too many wait, drops the oldest refusal first. */
  add(entry: ModLogEntry): void {
    const key = mergeKey(entry);
    const index = key === undefined ? -1 : this.#waiting.findIndex((other) => mergeKey(other) === key);
    const same = this.#waiting[index];
    if (same) this.#waiting[index] = mergeEntries(same, entry);
    else this.#waiting.push({ ...entry, count: 1 });
    if (this.#waiting.length <= MAX_WAITING) return;
    const dropped = this.#waiting.findIndex(({ kind }) => kind === 'refused' || kind === 'denied');
    this.#missing += sizeOf(this.#waiting.splice(Math.max(0, dropped), 1));
  }

  /** Takes out what fits into one message. Not to be called when there is nothing to post. */
  compose(): Composed {
    const { body, files, taken } = modLogMessage(this.#waiting, this.#texts, this.#takePreview);
    const size = sizeOf(this.#waiting.splice(0, taken)) + this.#missing;
    const content = this.#missing > 0 ? this.#texts.modLog.missing(this.#missing) : body.content;
    this.#missing = 0;
    const attachments = files.map(({ name, description }, index) => ({
      id: String(index),
      filename: name,
      ...(description === undefined ? {} : { description }),
    }));
    return {
      body: { ...body, content, attachments },
      files: files.map(({ name, attachment }) => ({ name, data: attachment })),
      size,
    };
  }

  /** Forgets all entries, also those that are missing. */
  clear(): void {
    this.#waiting = [];
    this.#missing = 0;
  }

  /** Counts entries that were taken out and did not arrive. */
  addMissing(count: number): void {
    this.#missing += count;
  }
}

function sizeOf(entries: readonly CountedEntry[]): number {
  return entries.reduce((sum, { count }) => sum + count, 0);
}
