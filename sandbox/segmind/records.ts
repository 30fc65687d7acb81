import type { IncomingHttpHeaders } from 'node:http';

/** One HTTP request as it arrived. */
export interface RequestRecord {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** 0 until it is answered. */
  status: number;
}

/** One POST to the model, accepted or not. */
export interface SubmitRecord {
  readonly atMs: number;
  readonly version: 'v1' | 'v2';
  /** The parsed body; empty when it wasn't a JSON object. */
  readonly body: Record<string, unknown>;
  readonly isObject: boolean;
  /** 0 until it is answered. */
  status: number;
  /** Set once the job was accepted, even if no answer said so. */
  requestId?: string;
}
