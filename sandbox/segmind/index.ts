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
  /** Of the API and the usual image host; default: any free one. */
  port?: number;
  /** Default `SG_0123456789abcdef`. */
  apiKey?: string;
  /** Submits in any sliding window, default 5: Segmind's free plan. */
  requestsPerMinute?: number;
  /** Length of that window, default 60 s. */
  rateWindowMs?: number;
  /** Time in QUEUED while the model is warm, default 300. */
  queueMs?: number;
  /** Further time in QUEUED of a request that finds the model cold, and of those behind it; default 0, minutes at the real one. */
  coldStartMs?: number;
  /** How long the model stays warm without use; default ten minutes. It starts cold. */
  coldAfterMs?: number;
  /** Time in PROCESSING of one 1024×1024 picture with 30 steps, default 1500; others in proportion. */
  renderMs?: number;
  /** Balance in US$, default 10. */
  creditsUsd?: number;
  /** How a submit is refused when the balance is below its price, default `balance`; with 402 on v2 and 406 on v1. */
  creditsWording?: CreditsWording;
  /** Results name the seed (v1: a header); default false, since Segmind doesn't promise it. */
  reportsSeed?: boolean;
  /** How long after the submit a result can be fetched, default one hour. */
  retentionMs?: number;
}

/**
 * Stands in for Segmind's API and the usual host of its images, on one loopback port, and for the second image host, on another.
 * Where reports of the real service differ, it takes the stricter reading. What the bot does wrong is answered as Segmind answers it;
 * what Segmind would let pass, although it gives the key away, is put on record in `violations`.
 */
export class SegmindSandbox {
  readonly url: string;
  readonly apiKey: string;
  /** Host and port of the images, for `SEGMIND_IMAGE_HOSTS`. */
  readonly imageHost: string;
  /** Where those are whose job met the fault `secondImageHost`. */
  readonly secondImageHost: string;
  readonly submits: readonly SubmitRecord[];
  readonly requests: readonly RequestRecord[];
  readonly violations: readonly Violation[];
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
    const times = { queueMs, renderMs, retentionMs, coldStartMs, coldAfterMs };
    this.jobs = new Jobs(times, options.creditsUsd ?? 10);
    this.api = new Api(this.jobs, {
      apiKey: this.apiKey,
      baseUrl: this.url,
      imagesUrls: { first: this.url, second: `http://${this.secondImageHost}` },
      reportsSeed: options.reportsSeed ?? false,
      creditsWording: options.creditsWording ?? 'balance',
    });
    const rate = new RateWindow(options.requestsPerMinute ?? 5, options.rateWindowMs ?? 60_000);
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

  /** @param wording of the refusals from now on, when the balance is below a price; default: as before */
  setCredits(usd: number, wording: CreditsWording = this.api.settings.creditsWording): void {
    this.jobs.creditsUsd = usd;
    this.api.settings.creditsWording = wording;
  }

  /** The model is cold from now on: the next request waits so much longer in QUEUED, and so do those behind it. */
  coolDown(coldStartMs: number): void {
    this.jobs.warmth.coolDown(coldStartMs);
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
    this.handler.faults.add(fault);
  }

  /** Scripted faults that no request has met yet never happen. */
  clearFaults(): void {
    this.handler.faults.clear();
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
        // A client that hung up takes its own answer with it; anything else is a defect of the sandbox and must be seen.
        if (!response.destroyed) send(response, errorResponse(500, `The sandbox failed: ${error}`));
      });
    });
  }
}

async function listen(port: number): Promise<Server> {
  // Longer than any client keeps an idle connection: else a submit can meet a socket that is just being closed.
  const server = createServer({ keepAliveTimeout: 120_000 });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function hostOf(server: Server): string {
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
}
