import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from './api.ts';
import type { Fault } from './faults.ts';
import type { Violation } from './image-violation.ts';
import { Jobs } from './jobs.ts';
import type { CreditsWording } from './out-of-credits.ts';
import { RateWindow } from './rate-window.ts';
import type { RequestRecord, SubmitRecord } from './records.ts';
import { RequestHandler } from './request-handler.ts';
import { errorResponse } from './responses.ts';
import { send } from './wire.ts';

export type { Fault } from './faults.ts';
export type { RequestRecord, SubmitRecord } from './records.ts';

export interface SegmindSandboxOptions {
  /** The port of the API and the usual image host; default: any free one. */
  port?: number;
  /** Default `SG_0123456789abcdef`. */
  apiKey?: string;
  /** Submits in any sliding window, default 5: Segmind's free plan. */
  requestsPerMinute?: number;
  /** The length of that window, default 60 s. */
  rateWindowMs?: number;
  /** How long a request is QUEUED while the model is warm, default 300. */
  queueMs?: number;
  /** How much longer a request is QUEUED while the model is cold, like those behind it; default 0. At Segmind it's minutes. */
  coldStartMs?: number;
  /** How long an idle model stays warm; default ten minutes. It starts cold. */
  coldAfterMs?: number;
  /** How long an image of 1024×1024 with 30 steps is PROCESSING, default 1500; others take proportionally long. */
  renderMs?: number;
  /** Whether both vary with the seed; default: only when neither is given. */
  areVaried?: boolean;
  /** Balance in US$, default 10. */
  creditsUsd?: number;
  /** The body of "out of credits", default `balance`; the status is 402 on v2 and 406 on v1. */
  creditsWording?: CreditsWording;
  /** Whether results contain the seed (v1: in a header); default false, since Segmind doesn't promise it. */
  reportsSeed?: boolean;
  /** How long after the submit a result can be fetched, default one hour. */
  retentionMs?: number;
}

/**
 * A stand-in for Segmind's API and its usual image host on one loopback port, and for the second image host on another.
 * Where reports about the real service differ, it follows the stricter one. It answers mistakes as Segmind does, and
 * records in `violations` what Segmind would let pass although it gives the key away.
 */
export class SegmindSandbox {
  readonly url: string;
  readonly apiKey: string;
  /** Host and port of the usual image host, for `SEGMIND_IMAGE_HOSTS`. */
  readonly imageHost: string;
  /** Host and port of the second image host, which serves the jobs with the fault `secondImageHost`. */
  readonly secondImageHost: string;
  readonly submits: readonly SubmitRecord[];
  readonly requests: readonly RequestRecord[];
  readonly violations: readonly Violation[];
  /** How many submits are allowed in the sliding window. */
  readonly requestsPerMinute: number;
  private readonly servers: readonly Server[];
  private readonly jobs: Jobs;
  private readonly api: Api;
  private readonly handler: RequestHandler;

  /** Listens on 127.0.0.1. */
  static async start(options: SegmindSandboxOptions = {}): Promise<SegmindSandbox> {
    const [server, imageServer] = await Promise.all([listen(options.port ?? 0), listen(0)]);
    return new SegmindSandbox(server, imageServer, options);
  }

  private constructor(server: Server, imageServer: Server, options: SegmindSandboxOptions) {
    this.imageHost = hostOf(server);
    this.secondImageHost = hostOf(imageServer);
    this.url = `http://${this.imageHost}`;
    this.apiKey = options.apiKey ?? 'SG_0123456789abcdef';
    const { queueMs = 300, renderMs = 1500, retentionMs = 3_600_000 } = options;
    const { coldStartMs = 0, coldAfterMs = 600_000 } = options;
    const { areVaried = options.queueMs === undefined && options.renderMs === undefined } = options;
    const times = { queueMs, renderMs, areVaried, retentionMs, coldStartMs, coldAfterMs };
    this.jobs = new Jobs(times, options.creditsUsd ?? 10);
    this.api = new Api(this.jobs, {
      apiKey: this.apiKey,
      baseUrl: this.url,
      imagesUrls: { first: this.url, second: `http://${this.secondImageHost}` },
      reportsSeed: options.reportsSeed ?? false,
      creditsWording: options.creditsWording ?? 'balance',
    });
    this.requestsPerMinute = options.requestsPerMinute ?? 5;
    const rate = new RateWindow(this.requestsPerMinute, options.rateWindowMs ?? 60_000);
    this.handler = new RequestHandler(this.api, rate);
    this.submits = this.handler.submits;
    this.requests = this.handler.requests;
    this.violations = this.handler.violations;
    this.servers = [server, imageServer];
    for (const each of this.servers) this.serve(each, each === imageServer);
  }

  get creditsUsd(): number {
    return this.jobs.creditsUsd;
  }

  /** @param wording the body of "out of credits" from now on; default: unchanged */
  setCredits(usd: number, wording: CreditsWording = this.api.settings.creditsWording): void {
    this.jobs.creditsUsd = usd;
    this.api.settings.creditsWording = wording;
  }

  /** Makes the model cold: the next request stays QUEUED for that much longer, and so do those behind it. */
  coolDown(coldStartMs: number): void {
    this.jobs.warmth.coolDown(coldStartMs);
  }

  /** How many jobs are queued or rendering. */
  get activeCount(): number {
    return this.jobs.activeCount;
  }

  /** Segmind's state of a request, such as `PROCESSING`; undefined for one that it doesn't know. */
  stateOf(requestId: string): string | undefined {
    return this.jobs.find(requestId)?.state;
  }

  /** The exact bytes of this request's images; empty until it has completed. */
  imagesOf(requestId: string): Buffer[] {
    return this.jobs.imagesOf(requestId);
  }

  /** @throws Error when the effect doesn't apply to such a request */
  script(fault: Fault): void {
    this.handler.faults.add(fault);
  }

  /** Drops all pending faults. */
  clearFaults(): void {
    this.handler.faults.clear();
  }

  /** Keeps every job from finishing until `release`. */
  hold(): void {
    this.jobs.hold();
  }

  release(): void {
    this.jobs.release();
  }

  /** Makes the status and result of this request answer 404 from now on. */
  forget(requestId: string): void {
    this.jobs.forget(requestId);
  }

  /** Ends all connections and renders. */
  async close(): Promise<void> {
    this.jobs.close();
    const closed = Promise.all(this.servers.map((server) => once(server, 'close')));
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
    await closed;
  }

  private serve(server: Server, hostsImagesOnly: boolean): void {
    server.on('request', (request, response) => {
      this.handler.handle(request, response, hostsImagesOnly).catch((error) => {
        // Ignore clients that hung up; anything else is a bug in the sandbox and must be visible.
        if (!response.destroyed) send(response, errorResponse(500, `The sandbox failed: ${error}`));
      });
    });
  }
}

async function listen(port: number): Promise<Server> {
  // Longer than any client keeps an idle connection, so that no submit is sent over a socket that is just being closed.
  const server = createServer({ keepAliveTimeout: 120_000 });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function hostOf(server: Server): string {
  // Safe cast: a server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
}
