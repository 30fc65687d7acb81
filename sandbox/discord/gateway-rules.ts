import type { RawData } from 'ws';

/** Intent bits. @see https://discord.com/developers/docs/events/gateway#list-of-intents */
export const INTENTS = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  messageContent: 1 << 15,
} as const;
const PRIVILEGED = INTENTS.guildMembers | INTENTS.guildPresences | INTENTS.messageContent;
const ALL_INTENTS = 0b11_0001_1111_1111_1111_1111_1111;

/** Close codes. @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
export const CLOSE = {
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
  alreadyAuthenticated: 4005,
  invalidSequence: 4007,
  rateLimited: 4008,
  sessionTimedOut: 4009,
  invalidShard: 4010,
  shardingRequired: 4011,
  invalidVersion: 4012,
  invalidIntents: 4013,
  disallowedIntents: 4014,
} as const;

/** Close codes after which the session can't be resumed. */
export const SESSION_ENDING_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014,
]);
/** @see https://discord.com/developers/docs/events/gateway#sending-events */
const MAX_CLIENT_PAYLOAD_BYTES = 4_096;

export interface Identity {
  intents: number;
  shard: readonly [index: number, count: number];
}

/** Parses a payload from a client, or says why it can't be parsed. */
export function decode(data: RawData): { op: number; d: unknown } | { problem: string } {
  const text = data.toString();
  if (Buffer.byteLength(text) > MAX_CLIENT_PAYLOAD_BYTES) {
    return { problem: `payload over ${MAX_CLIENT_PAYLOAD_BYTES} bytes` };
  }
  try {
    const { op, d } = fields(JSON.parse(text));
    return typeof op === 'number' ? { op, d } : { problem: 'payload without an opcode' };
  } catch {
    return { problem: "payload isn't JSON" };
  }
}

/** Parses an IDENTIFY, or says with which code to close the connection, and why. */
export function identityOf(d: Record<string, unknown>, botToken: string): Identity | { code: number; problem: string } {
  const { token, intents, shard = [0, 1], properties, compress } = d;
  if (token !== botToken) return { code: CLOSE.authenticationFailed, problem: 'not the token of this bot' };
  if (!isShard(shard)) return { code: CLOSE.invalidShard, problem: `shard ${JSON.stringify(shard)}` };
  if (typeof intents !== 'number' || !Number.isInteger(intents) || (intents & ~ALL_INTENTS) !== 0) {
    return { code: CLOSE.invalidIntents, problem: `intents ${String(intents)}` };
  }
  if ((intents & PRIVILEGED) !== 0) {
    return { code: CLOSE.disallowedIntents, problem: `privileged intents ${intents & PRIVILEGED}` };
  }
  if (typeof properties !== 'object' || properties === null || compress === true) {
    return { code: CLOSE.decodeError, problem: 'properties are required, and compression is not supported here' };
  }
  return { intents, shard };
}

/** The fields of a JSON object; empty for any other value. */
export function fields(value: unknown): Record<string, unknown> {
  // Safe cast: any JSON object can be read by string keys.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isShard(value: unknown): value is [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [index, count] = value;
  return Number.isInteger(index) && Number.isInteger(count) && index >= 0 && count >= 1 && index < count;
}
