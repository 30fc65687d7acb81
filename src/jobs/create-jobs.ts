import pLimit from 'p-limit';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import type { OwnShards } from '../shards.ts';
import { type Database, SINGLE_PROCESS } from '../storage/database.ts';
import { within } from '../time.ts';
import { CriticalWork } from './critical-work.ts';
import type { Delivery } from './delivery.ts';
import type { JobEvents } from './events.ts';
import type { ImageService } from './image-service.ts';
import type { Job } from './job.ts';
import { Leases } from './peers/leases.ts';
import { PeerWatcher } from './peers/watcher.ts';
import { Circuit, type GetCredits } from './permits/circuit.ts';
import { FairDelay } from './permits/fair-delay.ts';
import { SubmitHoldStore } from './permits/hold.ts';
import { SubmitLedger } from './permits/ledger.ts';
import { SubmitLimiter } from './permits/limiter.ts';
import { Permits } from './permits/permits.ts';
import { JobQueue } from './queue/job-queue.ts';
import { RenderHistory } from './render-times/history.ts';
import { RenderTimeStore } from './render-times/store.ts';
import { JobRunner } from './runner.ts';
import { createNoPeers } from './single-process.ts';
import type { ImageFiles } from './stages/image-files.ts';
import { ResultImages } from './stages/result-images.ts';
import type { JobStore } from './store.ts';

/** A stop doesn't wait longer than this until the times of the last requests are stored: they only help to predict. */
const HISTORY_TIMEOUT_MS = 1_000;
/** How many jobs hold their images in memory at once; an image may have 32 MiB. */
const MAX_CONCURRENT_DELIVERIES = 8;
/** How many permits a database of this process alone is asked for at once: they share the commits, which limit how soon it answers. */
const MAX_PERMIT_REQUESTS = 4;

interface JobsOptions {
  readonly config: Pick<Config, 'segmind' | 'jobs'>;
  readonly database: Database;
  readonly store: JobStore;
  readonly segmind: ImageService;
  readonly getCredits: GetCredits;
  readonly delivery: Delivery;
  readonly imageFiles: ImageFiles;
  /** The shards whose jobs this process runs; default: all. */
  readonly shards: OwnShards | undefined;
  readonly events: JobEvents;
  readonly onDropped: (job: Job) => void;
  readonly log: Log;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

export interface Jobs {
  readonly runner: JobRunner;
  readonly circuit: Circuit;
  /** What `stop` waits for. */
  readonly criticalWork: CriticalWork;
  /** Waits up to 8 s for POSTs and deliveries under way; leaves nothing scheduled. */
  stop(): Promise<void>;
}

/** Builds the parts that run jobs. */
export function createJobs(options: JobsOptions): Jobs {
  const { config, database, store, segmind, imageFiles, delivery, shards, events, log, signal } = options;
  const { mode, base64, requestsPerMinute, maxInFlight } = config.segmind;
  const { queueLimit, deadlineMs } = config.jobs;
  const holds = new SubmitHoldStore(database, { log, signal });
  const ledger = new SubmitLedger(database, holds, (job, from) => events.emit({ name: 'stepped', job, from }));
  const circuit = new Circuit(options.getCredits);
  // A blocking call occupies its place until the image is there.
  const limiter = new SubmitLimiter(mode === 'sync' ? maxInFlight : Math.max(1, Math.ceil(requestsPerMinute / 15)));
  const criticalWork = new CriticalWork();
  const limits = { requestsPerMinute, maxInFlight };
  const permits = new Permits({
    fairDelay: database.isShared ? new FairDelay(requestsPerMinute) : undefined,
    ledger,
    holds,
    limiter,
    circuit,
    criticalWork,
    ...limits,
    log,
    signal,
  });
  const peers =
    database.processId === SINGLE_PROCESS
      ? createNoPeers(store)
      : new PeerWatcher({ leases: new Leases(database, shards), isShared: database.isShared, holds, log, signal });
  const queuedElsewhere = () => peers.queued;
  const queue = new JobQueue({
    permits,
    circuit,
    delivery,
    queuedElsewhere,
    requestsPerMinute,
    queueLimit,
    maxPermitRequests: database.isShared ? 1 : MAX_PERMIT_REQUESTS,
    log,
    signal,
  });
  const renderHistory = new RenderHistory(new RenderTimeStore(database), log);
  renderHistory.load();
  const dependencies = {
    segmind,
    store,
    queue,
    permits,
    circuit,
    delivery,
    imageFiles,
    resultImages: new ResultImages(segmind, imageFiles, log),
    renderHistory,
    criticalWork,
    limitDeliveries: pLimit(MAX_CONCURRENT_DELIVERIES),
    onEvent: events.emit,
    log,
    mode,
    base64,
    deadlineMs,
  };
  const runner = new JobRunner({ dependencies, ledger, peers, onDropped: options.onDropped, signal });
  return {
    runner,
    circuit,
    criticalWork,
    async stop() {
      limiter.close();
      circuit.close();
      await runner.stop();
      await within(HISTORY_TIMEOUT_MS, renderHistory.close());
    },
  };
}
