import type { Log } from '../log.ts';
import type { Circuit } from '../segmind/circuit.ts';
import type { SegmindClient } from '../segmind/client.ts';
import type { Pollable } from '../segmind/poller.ts';
import type { SlotSupply } from '../segmind/slot-supply.ts';
import type { Claims } from './claims.ts';
import type { Delivery } from './delivery.ts';
import type { RenderEstimate } from './estimate.ts';
import type { JobListener } from './event.ts';
import type { SubmitGate } from './gate.ts';
import type { ImageFiles } from './image-files.ts';
import type { Job } from './job.ts';
import type { StopStore } from './stops.ts';
import type { JobStore } from './store.ts';

/** What jobs need of Segmind's client. */
export interface Segmind extends Pick<SegmindClient, 'runSync' | 'downloadImage' | 'isAllowedImageUrl'> {
  submit(...given: Parameters<SegmindClient['submit']>): Promise<{ readonly requestId: string }>;
  inference(...given: Parameters<SegmindClient['inference']>): Pollable;
}

/** All that the life of a job needs. */
export interface JobParts {
  readonly segmind: Segmind;
  readonly store: JobStore;
  readonly claims: Claims;
  readonly stops: StopStore;
  readonly gate: SubmitGate;
  readonly imageFiles: ImageFiles;
  readonly delivery: Delivery;
  readonly slots: SlotSupply;
  readonly circuit: Circuit;
  readonly estimate: RenderEstimate;
  /** Told of a job of an earlier process that is dropped, since its press was never acknowledged. */
  readonly onDropped: (job: Job) => void;
  /** Told what happens to jobs; of the steps that `store` keeps, the store tells. */
  readonly onEvent: JobListener;
  readonly log: Log;
  readonly mode: 'async' | 'sync';
  readonly base64: boolean;
  readonly requestsPerMinute: number;
  readonly maxInFlight: number;
  readonly queueLimit: number;
  /** From the submit; then the member is told that it takes long, and polling slows down. */
  readonly deadlineMs: number;
}
