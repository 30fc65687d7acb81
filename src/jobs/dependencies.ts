import type { LimitFunction } from 'p-limit';
import type { Log } from '../log.ts';
import type { CriticalWork } from './critical-work.ts';
import type { Delivery } from './delivery.ts';
import type { JobListener } from './events.ts';
import type { ImageService } from './image-service.ts';
import type { Circuit } from './permits/circuit.ts';
import type { Permits } from './permits/permits.ts';
import type { JobQueue } from './queue/job-queue.ts';
import type { RenderHistory } from './render-times/history.ts';
import type { ImageFiles } from './stages/image-files.ts';
import type { ResultImages } from './stages/result-images.ts';
import type { JobStore } from './store.ts';

/** What the stages of a job need. */
export interface JobDependencies {
  readonly segmind: ImageService;
  readonly store: JobStore;
  readonly queue: JobQueue;
  readonly permits: Permits;
  readonly circuit: Circuit;
  readonly delivery: Delivery;
  readonly imageFiles: ImageFiles;
  readonly resultImages: ResultImages;
  readonly renderHistory: RenderHistory;
  readonly criticalWork: CriticalWork;
  /** Limits how many jobs hold their images in memory at a time. */
  readonly limitDeliveries: LimitFunction;
  /** Called with events of jobs, except stored steps: `store` reports those. */
  readonly onEvent: JobListener;
  readonly log: Log;
  readonly mode: 'async' | 'sync';
  readonly base64: boolean;
  /** Counted from the submit: then the message says that it takes long, and polling slows down. */
  readonly deadlineMs: number;
}
