import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { attachmentIdIn } from './attachments.ts';
import { ApiError } from './errors.ts';
import type { Faults } from './faults.ts';
import { InvalidRequests } from './invalid-requests.ts';
import { type RateLimitDecision, RateLimits } from './rate-limits.ts';
import { type RequestBody, readBody } from './request-body.ts';
import { callbackRoutes } from './routes/callback.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandRoutes } from './routes/commands.ts';
import { guildRoutes } from './routes/guilds.ts';
import { identityRoutes } from './routes/identity.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { type Match, type RouteRequest, type RouteResponse, router } from './routing.ts';
import { ScriptedWaits } from './scripted-waits.ts';
import type { State } from './state.ts';
import type { Fault, RequestRecord } from './types.ts';
import type { Uploads } from './uploads.ts';

const API_PREFIX = '/api/v10';
/** Longer than any client keeps an idle connection, so that no request is sent over one that is just being closed. */
const KEEP_ALIVE_MS = 120_000;

interface Outgoing {
  status: number;
  /** Sent as JSON, unless it is a string. */
  body?: unknown;
  html?: string;
  headers?: Record<string, string>;
  decision?: RateLimitDecision;
}

/** Opens the port before anything else is built, because the sandbox's addresses contain it. */
export async function listen(port: number): Promise<{ server: Server; origin: string }> {
  const server = createServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return { server, origin: `http://127.0.0.1:${address.port}` };
}

/** Answers REST requests and serves attachments. */
export class RestServer {
  readonly #state: State;
  readonly #faults: Faults;
  readonly #uploads: Uploads;
  readonly #requests: RequestRecord[];
  readonly #limits = new RateLimits();
  readonly #scriptedWaits = new ScriptedWaits();
  readonly #invalidRequests: InvalidRequests;
  readonly #find: (method: string, path: string) => Match | undefined;
  readonly #closing = new AbortController();

  constructor(
    server: Server,
    state: State,
    { faults, uploads, requests }: { faults: Faults; uploads: Uploads; requests: RequestRecord[] },
  ) {
    this.#state = state;
    this.#faults = faults;
    this.#uploads = uploads;
    this.#requests = requests;
    this.#invalidRequests = new InvalidRequests(state.settings.invalidRequestLimit);
    this.#find = router(
      [callbackRoutes, webhookRoutes, channelRoutes, commandRoutes, guildRoutes, identityRoutes].flatMap((make) =>
        make(state),
      ),
    );
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (this.#closing.signal.aborted || request.destroyed) return response.destroy();
        state.recordViolation(
          'sandbox failure',
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        );
        return response.writeHead(500, { 'Content-Type': 'application/json' }).end('{"message":"500","code":0}');
      });
    });
  }

  close(): void {
    this.#closing.abort();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#state.origin);
    if (url.pathname.startsWith('/attachments/')) return this.#serveAttachment(url, response);
    const method = request.method ?? 'GET';
    const path = decodeURIComponent(url.pathname);
    const body = await readBody(request);
    const record: RequestRecord = {
      method,
      path: path.startsWith(API_PREFIX) ? path.slice(API_PREFIX.length) : path,
      query: Object.fromEntries(url.searchParams),
      body: body.json,
      files: body.files.map(({ field, filename, size, contentType }) => ({ field, filename, size, contentType })),
      authorization: request.headers.authorization !== undefined,
      atMs: Date.now(),
      status: 0,
    };
    this.#requests.push(record);
    const line = `${method} ${record.path}`;
    if (this.#scriptedWaits.isViolated(line)) {
      this.#state.recordViolation('rate limit', 'sent before the time in a Retry-After header', line);
    }
    const fault = this.#faults.take(method, [path, record.path]);
    const outgoing = await this.#answer(fault, record, () => this.#handle(request, path, record, body));
    if (!outgoing) {
      response.destroy();
      return;
    }
    record.status = outgoing.status;
    if (outgoing.status === 429 && fault) this.#scriptedWaits.record(line, outgoing.headers);
    if (this.#invalidRequests.exceeds(outgoing.status)) {
      this.#state.recordViolation(
        'invalid requests',
        'this many refusals within 10 minutes get an IP address banned',
        line,
      );
    }
    if (outgoing.decision) response.once('finish', outgoing.decision.answered);
    const { html } = outgoing;
    const hasBody = (html ?? outgoing.body) !== undefined && outgoing.status !== 204;
    response.writeHead(outgoing.status, {
      Date: new Date(Date.now() + this.#state.settings.clockAheadMs).toUTCString(),
      ...(hasBody ? { 'Content-Type': html === undefined ? 'application/json' : 'text/html' } : {}),
      ...outgoing.headers,
    });
    const content = html ?? outgoing.body;
    if (hasBody) response.end(typeof content === 'string' ? content : JSON.stringify(content));
    else response.end();
  }

  /** Handles the request, with the fault if there is one; `undefined` means that the socket has to be destroyed. */
  async #answer(
    fault: Fault | undefined,
    record: RequestRecord,
    handle: () => Outgoing,
  ): Promise<Outgoing | undefined> {
    if (!fault) return handle();
    this.#disturb(record.path);
    const applied = fault.after ? handle() : undefined;
    if (fault.delayMs) await wait(fault.delayMs, undefined, { signal: this.#closing.signal, ref: false });
    if (fault.reset) return undefined;
    return fault.respond ?? applied ?? handle();
  }

  #disturb(path: string): void {
    const [, kind, id = ''] = path.split('/');
    const interaction = kind === 'interactions' ? this.#state.interactions.find(id) : undefined;
    if (interaction) interaction.disturbed = true;
  }

  #handle(request: IncomingMessage, path: string, record: RequestRecord, body: RequestBody): Outgoing {
    const line = `${record.method} ${record.path}`;
    let decision: RateLimitDecision | undefined;
    try {
      const match = this.#matched(request, path, record);
      this.#authorize(request, match);
      const [resource = ''] = Object.values(match.params);
      const isWebhook = match.route.authorization === 'token';
      decision = this.#limits.take(
        match.route.bucket,
        isWebhook ? `${resource}/${match.params['token']}` : resource,
        !isWebhook,
      );
      if (decision.refused) return this.#tooMany(decision, decision.refused, line);
      if (body.error) throw body.error;
      const refusal = this.#uploads.check(record, body.files);
      if (refusal) return { ...refusal, headers: { ...decision.headers, ...refusal.headers }, decision };
      const routeRequest: RouteRequest = { ...record, params: match.params, files: body.files };
      const answer: RouteResponse = match.route.handle(routeRequest);
      return { ...answer, headers: decision.headers, decision };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.breach) this.#state.recordViolation(error.breach.rule, error.breach.detail, line);
      return { status: error.status, body: error.body(), ...(decision ? { headers: decision.headers, decision } : {}) };
    }
  }

  #matched(request: IncomingMessage, path: string, { method, path: route }: RequestRecord): Match {
    if (!/^DiscordBot \(/.test(request.headers['user-agent'] ?? '')) {
      const detail = `${request.headers['user-agent'] ?? 'none'} doesn't have the form DiscordBot (url, version)`;
      throw new ApiError('badUserAgent', { rule: 'User-Agent', detail });
    }
    const match = path.startsWith(`${API_PREFIX}/`) ? this.#find(method, route) : undefined;
    if (!match) throw new ApiError('notFound', { rule: 'unexpected endpoint', detail: `${method} ${path}` });
    return match;
  }

  #authorize(request: IncomingMessage, { route }: Match): void {
    const given = request.headers.authorization;
    if (given === `Bot ${this.#state.settings.token}`) return;
    if (given === undefined && route.authorization === 'token') return;
    if (given !== undefined && given === this.#state.formerAuthorization) {
      // Once `GET /users/@me` was answered with 401, the bot knows and has to stop.
      const botKnew = this.#state.botKnowsOfReset;
      if (route.path === '/users/@me') this.#state.botKnowsOfReset = true;
      const breach = { rule: 'authorization', detail: 'used a token after Discord called it invalid' };
      throw new ApiError('unauthorized', botKnew ? breach : undefined);
    }
    const detail = given === undefined ? 'no Authorization header' : 'not the token of this bot';
    throw new ApiError('unauthorized', { rule: 'authorization', detail });
  }

  #tooMany(decision: RateLimitDecision, refused: NonNullable<RateLimitDecision['refused']>, line: string): Outgoing {
    if (refused.wasAnnounced)
      this.#state.recordViolation('rate limit', 'sent before the time in earlier headers', line);
    return { status: 429, body: refused.body, headers: decision.headers, decision };
  }

  #serveAttachment(url: URL, response: ServerResponse): void {
    const attachment = this.#state.messages.findAttachment(attachmentIdIn(url.href));
    // Without its signature an address leads nowhere.
    if (!attachment || new URL(attachment.url).search !== url.search) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('This content is no longer available.');
      return;
    }
    response.writeHead(200, { 'Content-Type': attachment.contentType, 'Content-Length': attachment.size });
    response.end(attachment.bytes);
  }
}
