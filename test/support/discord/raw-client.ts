import { WebSocket } from 'ws';
import type { DiscordSandbox } from '../../../sandbox/discord/index.ts';

export interface RawAnswer {
  status: number;
  body: { code?: number; message?: string; id?: string; errors?: unknown; retry_after?: number; global?: boolean };
  headers: Headers;
}

interface RawRequest {
  body?: unknown;
  /** Sent as multipart, with the body as `payload_json`. */
  files?: { name: string; bytes: Buffer }[];
  /** `Authorization: Bot ...`, left out for interaction routes. */
  authorized?: boolean;
  headers?: Record<string, string>;
}

/** Sends one request like a bot without discord.js. */
export async function call(
  discord: DiscordSandbox,
  method: string,
  path: string,
  { body, files, authorized = false, headers = {} }: RawRequest = {},
): Promise<RawAnswer> {
  const form = new FormData();
  for (const [index, { name, bytes }] of (files ?? []).entries()) {
    form.append(`files[${index}]`, new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name);
  }
  if (files) form.append('payload_json', JSON.stringify(body ?? {}));
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    ...(files ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      'User-Agent': 'DiscordBot (https://example.com, 1.0.0)',
      ...(files || body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(authorized ? { Authorization: `Bot ${discord.token}` } : {}),
      ...headers,
    },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : {}, headers: response.headers };
}

export interface GatewayPayload {
  op: number;
  t: string | null;
  s: number | null;
  d: Record<string, unknown> | null;
}

/** A gateway client that does nothing by itself. */
export class RawGateway {
  readonly received: GatewayPayload[] = [];
  closeCode: number | undefined;
  readonly #socket: WebSocket;

  constructor(discord: DiscordSandbox, query = 'v=10&encoding=json') {
    this.#socket = new WebSocket(`${discord.apiUrl.replace('http', 'ws').replace('/api', '')}?${query}`);
    this.#socket.on('message', (data) => this.received.push(JSON.parse(String(data))));
    this.#socket.on('close', (code) => {
      this.closeCode = code;
    });
    this.#socket.on('error', () => undefined);
  }

  send(op: number, d: unknown): void {
    this.#socket.send(JSON.stringify({ op, d }));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  find(event: string): GatewayPayload | undefined {
    return this.received.find(({ t }) => t === event);
  }

  close(code = 1000): void {
    this.#socket.close(code);
  }
}

/** Connects and waits for HELLO. */
export async function hello(discord: DiscordSandbox): Promise<RawGateway> {
  const gateway = new RawGateway(discord);
  await discord.waitFor(() => gateway.received.some(({ op }) => op === 10));
  return gateway;
}

/** Connects, identifies and waits for READY. */
export async function identified(
  discord: DiscordSandbox,
  { intents = 0, shard = [0, 1] }: { intents?: number; shard?: [number, number] } = {},
): Promise<RawGateway> {
  const gateway = await hello(discord);
  gateway.send(2, { token: discord.token, intents, shard, properties: {} });
  await discord.waitFor(() => gateway.find('READY'));
  return gateway;
}
