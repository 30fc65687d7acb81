import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Recipient } from './interactions.ts';
import { shardOf } from './snowflakes.ts';

/** Gateway opcodes. @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes */
export const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presenceUpdate: 3,
  voiceStateUpdate: 4,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

export type Shard = readonly [index: number, count: number];

/** Whether two shards, possibly of different counts, share servers: whether any number has both remainders. */
export function overlap([index, count]: Shard, [other, otherCount]: Shard): boolean {
  return (index - other) % greatestDivisor(count, otherCount) === 0;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

/** How many events are kept for a client that resumes. */
const REPLAY_LIMIT = 1_000;

interface SentEvent {
  s: number;
  t: string;
  d: unknown;
  onDelivered: ((recipient: Recipient) => void) | undefined;
}

/** One open socket. */
export class Connection implements Recipient {
  readonly socket: WebSocket;
  session: Session | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  send(payload: { op: number; d?: unknown; s?: number; t?: string }): void {
    if (this.isOpen) this.socket.send(JSON.stringify({ s: null, t: null, d: null, ...payload }));
  }
}

/** A session of a client. It outlives its sockets and keeps the events that the client missed. */
export class Session {
  readonly id = randomBytes(16).toString('hex');
  readonly intents: number;
  readonly shard: Shard;
  connection: Connection | undefined;
  sequence = 0;
  #events: SentEvent[] = [];

  constructor(intents: number, shard: Shard) {
    this.intents = intents;
    this.shard = shard;
  }

  dispatch(t: string, d: unknown, onDelivered?: (recipient: Recipient) => void): void {
    this.sequence += 1;
    const event: SentEvent = { s: this.sequence, t, d, onDelivered };
    this.#events.push(event);
    if (this.#events.length > REPLAY_LIMIT) this.#events.shift();
    this.#send(event);
  }

  /** Resends the events after the last one that the client has seen. */
  replay(afterSequence: number): void {
    for (const event of this.#events) if (event.s > afterSequence) this.#send(event);
  }

  serves(guildId: string | undefined): boolean {
    const [index, count] = this.shard;
    return (guildId === undefined ? 0 : shardOf(guildId, count)) === index;
  }

  #send({ s, t, d, onDelivered }: SentEvent): void {
    if (!this.connection?.isOpen) return;
    this.connection.send({ op: OP.dispatch, s, t, d });
    onDelivered?.(this.connection);
  }
}
