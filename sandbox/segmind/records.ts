import type { IncomingHttpHeaders } from 'node:http';

/** One HTTP request as it arrived. */
export interface RequestRecord {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** 0 while there is no answer, or never was one. */
  status: number;
}

/** One POST to the model, whatever became of it. */
export interface SubmitRecord {
  readonly atMs: number;
  readonly version: 'v1' | 'v2';
  /** The parsed body; empty when it was no JSON object. */
  readonly body: Record<string, unknown>;
  readonly isObject: boolean;
  /** 0 while there is no answer, or never was one. */
  status: number;
  /** Set once the job was taken, also when no answer said so. */
  requestId?: string;
}
