import { expect } from 'vitest';
import { z } from 'zod';
import type { SegmindSandbox } from '../../sandbox/segmind/index.ts';

const MODEL = 'sdxl1.0-timeless';

/** A request that renders fast. */
export const SMALL = { prompt: 'a red rose', seed: 7, img_width: 512, img_height: 512 };

const resultSchema = z.looseObject({ request_id: z.string(), seed: z.string().optional() });

/** Undocumented shapes of an answer are not typed. */
const outputSchema = z.union([z.string().transform((text) => [text]), z.array(z.string())]).catch([]);

export interface Result {
  requestId: string;
  seed: string | undefined;
  outputs: string[];
  /** The whole answer. */
  body: Record<string, unknown>;
}

/** A minimal client of the API. */
export class Caller {
  private readonly sandbox: SegmindSandbox;

  constructor(sandbox: SegmindSandbox) {
    this.sandbox = sandbox;
  }

  post(body: unknown = SMALL, { path = `/v2/${MODEL}`, headers = {} } = {}): Promise<Response> {
    return fetch(this.sandbox.url + path, {
      method: 'POST',
      headers: { 'x-api-key': this.sandbox.apiKey, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  postV1(body: unknown = SMALL): Promise<Response> {
    return this.post(body, { path: `/v1/${MODEL}` });
  }

  get(path: string): Promise<Response> {
    return fetch(this.sandbox.url + path, { headers: { 'x-api-key': this.sandbox.apiKey } });
  }

  /** The request id of a submit that must be accepted. */
  async submit(body: unknown = SMALL): Promise<string> {
    return z.object({ request_id: z.string() }).parse(await (await this.post(body)).json()).request_id;
  }

  status(requestId: string): Promise<Response> {
    return this.get(`/v2/requests/${requestId}/status`);
  }

  /** Polls until the request has that state. */
  async reach(requestId: string, state: string): Promise<void> {
    await expect
      .poll(async () => (await this.status(requestId)).json(), { timeout: 10_000, interval: 20 })
      .toMatchObject({ status: state });
  }

  async result(requestId: string): Promise<Result> {
    const answer = await this.get(`/v2/requests/${requestId}`);
    const body = resultSchema.parse(await answer.json());
    return { requestId: body.request_id, seed: body.seed, outputs: outputSchema.parse(body['output']), body };
  }

  /** Submits, waits for the end and fetches the result. */
  async finish(body: unknown = SMALL): Promise<Result> {
    const requestId = await this.submit(body);
    await expect.poll(() => this.sandbox.activeCount, { timeout: 10_000, interval: 10 }).toBe(0);
    return this.result(requestId);
  }
}

/** The bytes at an image's URL, fetched without a key. */
export async function download(url: string | undefined): Promise<Buffer> {
  return Buffer.from(await (await fetch(url ?? '')).arrayBuffer());
}
