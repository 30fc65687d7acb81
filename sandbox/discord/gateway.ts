import type { IncomingMessage, Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE, decode, fields, INTENTS, identityOf, SESSION_ENDING_CODES } from './gateway-rules.ts';
import { Connection, OP, overlap, Session, type Shard } from './gateway-session.ts';
import type { Guild } from './guild.ts';
import type { Recipient } from './interactions.ts';
import type { State } from './state.ts';
import { guildOnWire, userOnWire } from './wire.ts';

const SENDS_PER_WINDOW = 120;
const SEND_WINDOW_MS = 60_000;
const IDENTIFY_WINDOW_MS = 5_000;
const RESUME_SUFFIX = '/resume';

interface Target {
  guildId?: string | undefined;
  /** The intent that a session needs to get the event; without one, every session gets it. */
  intent?: number;
  onDelivered?: (recipient: Recipient) => void;
}

/** How a new connection fails: it is reset, answered with this HTTP status, or opened but never sent HELLO. */
type Refusal = 'reset' | 'silence' | number;

/** The gateway: sessions, their events, and the disturbances that tests ask for. */
export class Gateway {
  /** How many connections were attempted, refused ones included. */
  attempts = 0;
  /** How many IDENTIFYs were accepted. */
  identifies = 0;
  /** How many RESUMEs were accepted. */
  resumes = 0;
  /** Pairs of shards that were connected at the same time and got events of the same servers, which Discord allows. */
  readonly overlaps: { readonly shard: Shard; readonly beside: Shard }[] = [];
  readonly #state: State;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #sessions = new Map<string, Session>();
  readonly #recentIdentifies: { connection: Connection; key: number; atMs: number }[] = [];
  #held: (() => void)[] | undefined;
  #refusal: Refusal | undefined;

  constructor(server: Server, state: State) {
    this.#state = state;
    this.#sockets = new WebSocketServer({
      server,
      perMessageDeflate: false,
      verifyClient: ({ req }, answer) => {
        this.attempts += 1;
        if (this.#refusal === 'reset') req.socket.destroy();
        else if (typeof this.#refusal === 'number') answer(false, this.#refusal);
        else answer(true);
      },
    });
    this.#sockets.on('connection', (socket, request) => this.#accept(socket, request));
  }

  /** How many sockets are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** `[index, count]` of every connected shard, sorted by index. */
  get shards(): Shard[] {
    const shards = [...this.#connections].flatMap(({ session }) => (session ? [session.shard] : []));
    return shards.toSorted(([one], [other]) => one - other);
  }

  /** Breaks every connection, or that of one shard, like a network failure: the client sees 1006 and resumes. */
  drop(shardIndex?: number): void {
    for (const { socket } of this.#connectionsOf(shardIndex)) socket.terminate();
  }

  /** Refuses all new connections until `admit`. */
  refuse(how: Refusal): void {
    this.#refusal = how;
  }

  admit(): void {
    this.#refusal = undefined;
  }

  /** Asks every client to reconnect and resume (opcode 7). */
  reconnect(): void {
    for (const connection of this.#connections) connection.send({ op: OP.reconnect });
  }

  /** Tells every client that its session is invalid (opcode 9). */
  invalidateSession(resumable: boolean): void {
    for (const connection of this.#connections) {
      if (!resumable) this.#forget(connection);
      connection.send({ op: OP.invalidSession, d: resumable });
    }
  }

  /** Closes every connection, or that of one shard, with this code. */
  closeWith(code: number, shardIndex?: number): void {
    for (const connection of this.#connectionsOf(shardIndex)) this.#close(connection, code, 'closed by the test');
  }

  /** Holds back all events until `releaseEvents`. */
  holdEvents(): void {
    this.#held ??= [];
  }

  releaseEvents(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  /** Sends an event to the sessions of its shard; a disconnected client gets it when it resumes. */
  dispatch(event: string, data: unknown, target: Target = {}): void {
    const send = () => {
      for (const session of this.#sessions.values()) {
        const isSubscribed = target.intent === undefined || (session.intents & target.intent) !== 0;
        if (isSubscribed && session.serves(target.guildId)) session.dispatch(event, data, target.onDelivered);
      }
    };
    if (this.#held) this.#held.push(send);
    else send();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => resolve());
    });
  }

  #connectionsOf(shardIndex: number | undefined): Connection[] {
    return [...this.#connections].filter(({ session }) => shardIndex === undefined || session?.shard[0] === shardIndex);
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const connection = new Connection(socket);
    this.#connections.add(connection);
    const query = new URL(request.url ?? '/', this.#state.origin).searchParams;
    const sentAtMs: number[] = [];
    const { heartbeatIntervalMs } = this.#state.settings;
    let lastHeartbeatMs = Date.now();
    const watch = setInterval(() => {
      if (Date.now() - lastHeartbeatMs < 2 * heartbeatIntervalMs) return;
      this.#closeForViolation(connection, CLOSE.sessionTimedOut, 'two heartbeats were missed');
    }, heartbeatIntervalMs / 4);
    watch.unref();
    socket.on('close', (code) => {
      clearInterval(watch);
      this.#connections.delete(connection);
      if (SESSION_ENDING_CODES.has(code)) this.#forget(connection);
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const nowMs = Date.now();
      sentAtMs.push(nowMs);
      while ((sentAtMs[0] ?? nowMs) <= nowMs - SEND_WINDOW_MS) sentAtMs.shift();
      if (sentAtMs.length > SENDS_PER_WINDOW) {
        this.#closeForViolation(connection, CLOSE.rateLimited, `${sentAtMs.length} payloads within a minute`);
        return;
      }
      const payload = decode(data);
      if ('problem' in payload) {
        this.#closeForViolation(connection, CLOSE.decodeError, payload.problem);
        return;
      }
      if (payload.op === OP.heartbeat) lastHeartbeatMs = nowMs;
      this.#receive(connection, payload);
    });
    if (query.get('v') !== '10') this.#closeForViolation(connection, CLOSE.invalidVersion, `version ${query.get('v')}`);
    else if (query.get('encoding') !== 'json' || query.has('compress')) {
      this.#closeForViolation(connection, CLOSE.decodeError, 'only uncompressed json is supported here');
    } else if (this.#refusal !== 'silence')
      connection.send({ op: OP.hello, d: { heartbeat_interval: heartbeatIntervalMs, _trace: [] } });
  }

  #receive(connection: Connection, { op, d }: { op: number; d: unknown }): void {
    if (op === OP.heartbeat) {
      connection.send({ op: OP.heartbeatAck });
    } else if (op === OP.identify || op === OP.resume) {
      if (connection.session) this.#closeForViolation(connection, CLOSE.alreadyAuthenticated, 'identified twice');
      else if (op === OP.identify) this.#identify(connection, fields(d));
      else this.#resume(connection, fields(d));
    } else if (!connection.session) {
      this.#closeForViolation(connection, CLOSE.notAuthenticated, `opcode ${op} before identify`);
    } else if (op !== OP.presenceUpdate && op !== OP.voiceStateUpdate && op !== OP.requestMembers) {
      this.#closeForViolation(connection, CLOSE.unknownOpcode, `opcode ${op}`);
    }
  }

  #identify(connection: Connection, d: Record<string, unknown>): void {
    const identity = identityOf(d, this.#state.settings.token);
    if ('problem' in identity) {
      this.#closeForViolation(connection, identity.code, identity.problem);
    } else if (!this.#state.identifyBudget.take()) {
      this.#resetToken();
    } else if (this.#identifiesTooFast(connection, identity.shard[0])) {
      this.#state.recordViolation('identify limit', `more than ${this.#state.settings.maxConcurrency} within 5 s`);
      connection.send({ op: OP.invalidSession, d: false });
    } else {
      const session = new Session(identity.intents, identity.shard);
      const { maxGuildsPerShard } = this.#state.settings;
      const guilds = this.#guildsOf(session).length;
      if (guilds <= maxGuildsPerShard) this.#startSession(connection, session);
      else
        this.#closeForViolation(
          connection,
          CLOSE.shardingRequired,
          `${guilds} servers, the limit is ${maxGuildsPerShard} per shard`,
        );
    }
  }

  /** Discord does this to a bot that identifies too often. @see https://discord.com/developers/docs/events/gateway#identifying */
  #resetToken(): void {
    this.#state.recordViolation(
      'identify budget',
      `more than ${this.#state.identifyBudget.total} a day: the token is reset`,
    );
    this.#state.settings.token = 'reset.by.Discord';
    for (const connection of this.#connections) {
      this.#close(connection, CLOSE.authenticationFailed, 'the token was reset');
    }
  }

  /** Records other connections that get events of the same servers. */
  #recordOverlaps({ session }: Connection): void {
    for (const other of this.#connections) {
      if (!session || !other.session || other.session === session || !other.isOpen) continue;
      if (overlap(session.shard, other.session.shard)) {
        this.overlaps.push({ shard: session.shard, beside: other.session.shard });
      }
    }
  }

  /** Counts only connected clients: a new process can't know when an earlier one identified. */
  #identifiesTooFast(connection: Connection, shardIndex: number): boolean {
    const nowMs = Date.now();
    const key = shardIndex % this.#state.settings.maxConcurrency;
    const isTooFast = this.#recentIdentifies.some(
      (earlier) => earlier.key === key && earlier.connection.isOpen && nowMs - earlier.atMs < IDENTIFY_WINDOW_MS,
    );
    if (!isTooFast) this.#recentIdentifies.push({ connection, key, atMs: nowMs });
    return isTooFast;
  }

  #startSession(connection: Connection, session: Session): void {
    this.identifies += 1;
    for (const [id, old] of this.#sessions) {
      const isAbandoned = !old.connection?.isOpen && String(old.shard) === String(session.shard);
      if (isAbandoned) this.#sessions.delete(id);
    }
    this.#sessions.set(session.id, session);
    connection.session = session;
    session.connection = connection;
    this.#recordOverlaps(connection);
    const { applicationId, bot, origin } = this.#state;
    const seesGuilds = (session.intents & INTENTS.guilds) !== 0;
    const guilds = seesGuilds ? this.#guildsOf(session) : [];
    session.dispatch('READY', {
      v: 10,
      user: { ...userOnWire(bot), verified: true, mfa_enabled: false, email: null },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${origin.replace('http', 'ws')}${RESUME_SUFFIX}`,
      shard: session.shard,
      application: { id: applicationId, flags: 0 },
      _trace: [],
    });
    for (const guild of guilds) session.dispatch('GUILD_CREATE', guildOnWire(guild, bot));
  }

  /** The servers of a session's shard that the bot is in. */
  #guildsOf(session: Session): Guild[] {
    return this.#state.world.guilds.filter(({ hasBot, id }) => hasBot && session.serves(id));
  }

  #resume(connection: Connection, d: Record<string, unknown>): void {
    const { token, session_id: id, seq } = d;
    if (token !== this.#state.settings.token) {
      this.#closeForViolation(connection, CLOSE.authenticationFailed, 'not the token of this bot');
      return;
    }
    const session = this.#sessions.get(String(id));
    if (!session) {
      connection.send({ op: OP.invalidSession, d: false });
    } else if (typeof seq !== 'number' || seq > session.sequence) {
      this.#closeForViolation(connection, CLOSE.invalidSequence, `sequence ${String(seq)} of ${session.sequence}`);
    } else {
      this.resumes += 1;
      session.connection?.socket.terminate();
      session.connection = connection;
      connection.session = session;
      this.#recordOverlaps(connection);
      session.replay(seq);
      session.dispatch('RESUMED', { _trace: [] });
    }
  }

  #closeForViolation(connection: Connection, code: number, detail: string): void {
    this.#state.recordViolation('gateway', `${detail}: closed with ${code}`);
    this.#close(connection, code, detail);
  }

  #close(connection: Connection, code: number, reason: string): void {
    if (SESSION_ENDING_CODES.has(code)) this.#forget(connection);
    connection.socket.close(code, reason);
  }

  #forget({ session }: Connection): void {
    if (session) this.#sessions.delete(session.id);
  }
}
