import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, htmlPage, json, problem, tooManyRequests } from './answers.ts';
import { Api } from './api.ts';
import { type Fault, type FaultEffect, FaultScript } from './faults.ts';
import { Jobs } from './jobs.ts';
import { RateWindow } from './rate-window.ts';
import type { RequestRecord, SubmitRecord } from './records.ts';
import { type Route, routeOf } from './routes.ts';
import { breakConnection, readBody, send, sendImageFault } from './wire.ts';

export type { Fault } from './faults.ts';
export type { RequestRecord, SubmitRecord } from './records.ts';

export interface SegmindSandboxOptions {
  /** Default: any free one. */
  port?: number;
  /** Default `SG_0123456789abcdef`. */
  apiKey?: string;
  /** Submits in any sliding window, default 5: Segmind's free plan. */
  requestsPerMinute?: number;
  /** Length of that window, default 60 s. */
  rateWindowMs?: number;
  /** Time in QUEUED, default 300. */
  queueMs?: number;
  /** Time in PROCESSING of one 1024×1024 picture with 30 steps, default 1500; others in proportion. */
  renderMs?: number;
  /** Balance in US$, default 10. */
  creditsUsd?: number;
  /** Status of the answer when the balance is below the price, default 402; 406 is seen as well. */
  creditsStatus?: 402 | 406;
  /** How long after the submit a result can be fetched, default one hour. */
  retentionMs?: number;
}

/** Stands in for Segmind's API and for the host of its images, on one loopback port. */
export class SegmindSandbox {
  readonly url: string;
  readonly apiKey: string;
  /** Host and port of the images, for `SEGMIND_IMAGE_HOSTS`. */
  readonly imageHost: string;
  readonly submits: readonly SubmitRecord[];
  readonly requests: readonly RequestRecord[];
  private readonly submitLog: SubmitRecord[] = [];
  private readonly requestLog: RequestRecord[] = [];
  private readonly faults = new FaultScript();
  private readonly server: Server;
  private readonly jobs: Jobs;
  private readonly api: Api;
  private readonly rate: RateWindow;

  /** Listens on 127.0.0.1. */
  static async start(options: SegmindSandboxOptions = {}): Promise<SegmindSandbox> {
    // Longer than any client keeps an idle connection: else a submit can meet a socket that is just being closed.
    const server = createServer({ keepAliveTimeout: 120_000 });
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return new SegmindSandbox(server, options);
  }

  private constructor(server: Server, options: SegmindSandboxOptions) {
    // A server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo;
    this.imageHost = `127.0.0.1:${port}`;
    this.url = `http://${this.imageHost}`;
    this.apiKey = options.apiKey ?? 'SG_0123456789abcdef';
    this.submits = this.submitLog;
    this.requests = this.requestLog;
    this.rate = new RateWindow(options.requestsPerMinute ?? 5, options.rateWindowMs ?? 60_000);
    const { queueMs = 300, renderMs = 1500, retentionMs = 3_600_000 } = options;
    this.jobs = new Jobs({ queueMs, renderMs, retentionMs }, options.creditsUsd ?? 10);
    this.api = new Api(this.jobs, {
      apiKey: this.apiKey,
      creditsStatus: options.creditsStatus ?? 402,
      baseUrl: this.url,
    });
    this.server = server;
    server.on('request', (request, response) => {
      this.handle(request, response).catch((error) => {
        // A client that hung up takes its own answer with it; anything else is a defect of the sandbox and must be seen.
        if (!response.destroyed) send(response, problem(500, `The sandbox failed: ${error}`));
      });
    });
  }

  get creditsUsd(): number {
    return this.jobs.creditsUsd;
  }

  setCredits(usd: number): void {
    this.jobs.creditsUsd = usd;
  }

  /** Jobs that wait or render. */
  get activeCount(): number {
    return this.jobs.activeCount;
  }

  /** The exact bytes that this request's images are served with; empty until it has completed. */
  imagesOf(requestId: string): Buffer[] {
    return this.jobs.imagesOf(requestId);
  }

  /** @throws Error when the effect means nothing on such a request */
  script(fault: Fault): void {
    this.faults.add(fault);
  }

  /** From now on no render ends, until `release`. */
  hold(): void {
    this.jobs.hold();
  }

  release(): void {
    this.jobs.release();
  }

  /** Status and result of this request answer 404 from now on. */
  forget(requestId: string): void {
    this.jobs.forget(requestId);
  }

  /** Ends all connections and renders. */
  async close(): Promise<void> {
    this.jobs.close();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const { pathname } = new URL(request.url ?? '/', this.url);
    const record: RequestRecord = { atMs: Date.now(), method, path: pathname, headers, status: 0 };
    this.requestLog.push(record);
    const text = await readBody(request);
    const route = routeOf(pathname);
    const submit = method === 'POST' ? this.recordSubmit(route, text) : undefined;
    const answer = (whole: Answer) => {
      record.status = whole.status;
      if (submit) submit.status = whole.status;
      send(response, whole);
    };
    const refusal = this.turnAway(route, request);
    if (refusal || !route) return answer(refusal ?? problem(404, 'Not found'));

    const fault = this.faults.take(route.target, { body: submit?.body ?? {}, url: `${this.url}${pathname}` });
    if (fault && 'hang' in fault) return;
    if (fault && 'reset' in fault && fault.reset === 'before') return breakConnection(response);
    const scripted = fault && this.scriptedAnswer(fault, route);
    if (scripted) return answer(scripted);
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs, undefined, { ref: false });
    const whole = submit ? await this.api.post(submit, headers['content-type'], fault) : this.api.get(route, fault);
    if (fault && 'reset' in fault) return breakConnection(response);
    if (!fault || !('image' in fault)) return answer(whole);
    sendImageFault(response, whole, fault.image);
    record.status = response.statusCode;
  }

  private recordSubmit(route: Route | undefined, text: string): SubmitRecord | undefined {
    if (route?.target !== 'submit' && route?.target !== 'v1') return undefined;
    const body = parseObject(text);
    const version = route.target === 'v1' ? 'v1' : 'v2';
    const submit: SubmitRecord = {
      atMs: Date.now(),
      version,
      body: body ?? {},
      isObject: body !== undefined,
      status: 0,
    };
    this.submitLog.push(submit);
    return submit;
  }

  private turnAway(route: Route | undefined, request: IncomingMessage): Answer | undefined {
    if (!route) return undefined;
    if (request.method !== route.method) return htmlPage(405, 'Method Not Allowed');
    const refusal = this.api.refuse(route, request.headers);
    if (refusal || route.method === 'GET') return refusal;
    const arrival = this.rate.arrive(Date.now());
    return arrival.admitted ? undefined : tooManyRequests(arrival.resetAtMs);
  }

  private scriptedAnswer(fault: FaultEffect, route: Route): Answer | undefined {
    const whole = wholeAnswer(fault);
    if (whole?.status === 429 && route.method === 'POST') this.rate.withdraw();
    return whole;
  }
}

function wholeAnswer(fault: FaultEffect): Answer | undefined {
  if ('html' in fault) return htmlPage(fault.html, 'Something went wrong');
  if ('rateLimit' in fault) return tooManyRequests(Date.now() + fault.rateLimit);
  if (!('respond' in fault)) return undefined;
  const { status, body = '', headers = {}, contentType } = fault.respond;
  const type = contentType ? { 'content-type': contentType } : {};
  if (typeof body !== 'string') return json(status, body, { ...headers, ...type });
  return { status, headers: { 'content-type': 'application/json', ...headers, ...type }, body: Buffer.from(body) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { ...value };
  } catch {
    return undefined;
  }
}
