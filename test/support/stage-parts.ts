import { join } from 'node:path';
import pLimit from 'p-limit';
import { CriticalWork } from '../../src/jobs/critical-work.ts';
import type { Ending, Progress } from '../../src/jobs/delivery.ts';
import type { JobDependencies } from '../../src/jobs/dependencies.ts';
import type { JobEvent } from '../../src/jobs/events.ts';
import type { JobIn, StateName, StateOf } from '../../src/jobs/job.ts';
import type { Permit } from '../../src/jobs/permits/permit.ts';
import type { QueueExit } from '../../src/jobs/queue/queued-job.ts';
import { RenderHistory } from '../../src/jobs/render-times/history.ts';
import { RenderTimeStore } from '../../src/jobs/render-times/store.ts';
import { stateColumns } from '../../src/jobs/row.ts';
import { ImageFiles } from '../../src/jobs/stages/image-files.ts';
import { ResultImages } from '../../src/jobs/stages/result-images.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { monotonicNow } from '../../src/time.ts';
import { fakeSegmind } from './fake-segmind.ts';
import { insertQueued, recordedLog } from './job-fixtures.ts';
import { makeFolder, newUrl, openForTest } from './storage/fixtures.ts';

/** The dependencies of a job's stages: a real store, and stand-ins that record their calls in `calls`. */
export async function createStageParts(change: Partial<JobDependencies> = {}) {
  const database = await openForTest(await newUrl());
  const { log, lines } = recordedLog();
  const store = new JobStore(database, { log });
  const segmind = fakeSegmind();
  const calls: string[] = [];
  const shown: Progress[] = [];
  const endings: Ending[] = [];
  const events: JobEvent[] = [];
  const imageFiles = new ImageFiles(join(makeFolder(), 'images'));
  const parts = {
    turn: async (): Promise<QueueExit> => ({ name: 'expired' }),
    /** The permit of the job. */
    permit: undefined as Permit | undefined,
    isDelivered: true,
    inFlight: 1,
  };
  const note =
    (name: string) =>
    (...given: unknown[]) => {
      calls.push([name, ...given.filter((each) => typeof each !== 'object')].join(' '));
    };
  const permits = {
    take: () => parts.permit,
    settle: async (_: Permit, ...given: unknown[]) => note('settle')(...given),
    withdraw: async () => note('withdraw')(),
    pause: async (ms: number) => note('pause')(Math.floor(ms / 1_000), 's'),
    hold: note('hold'),
    release: note('release'),
    countInFlight: note('count'),
    get inFlight() {
      return parts.inFlight;
    },
  };
  const dependencies = {
    segmind: segmind.client,
    store,
    queue: { wait: () => parts.turn() },
    permits,
    circuit: { trip: (error: Error) => note('trip')(error.name), recordCost: note('cost'), neededUsd: 0.07 },
    delivery: {
      showProgress: (_: unknown, progress: Progress) => shown.push(progress),
      async deliver(_: unknown, ending: Ending) {
        endings.push(ending);
        return parts.isDelivered;
      },
    },
    imageFiles,
    resultImages: new ResultImages(segmind.client, imageFiles, log),
    renderHistory: new RenderHistory(new RenderTimeStore(database), log),
    criticalWork: new CriticalWork(),
    limitDeliveries: pLimit(4),
    onEvent: (event: JobEvent) => events.push(event),
    log,
    mode: 'async',
    base64: false,
    deadlineMs: 600_000,
    ...change,
    // Safe cast: the stages use nothing else of these stand-ins.
  } as unknown as JobDependencies;

  /** Stores a job in this state. */
  async function insertIn<Name extends StateName>(state: StateOf<Name>): Promise<JobIn<Name>> {
    const job = await insertQueued(store, '0000000000001');
    await database.db.updateTable('jobs').set(stateColumns(state)).where('id', '=', job.id).execute();
    return { ...job, state };
  }
  const grant = (given: Partial<Permit> = {}) => {
    const queued = { name: 'queued', queuedAtMs: 5, isFirst: false, hasRetried: false } as const;
    parts.permit = {
      postId: 7,
      requestedAtMs: monotonicNow(),
      isTrial: false,
      queued,
      release: note('free'),
      ...given,
    };
  };
  return Object.assign(parts, {
    database,
    store,
    segmind,
    calls,
    shown,
    endings,
    events,
    lines,
    imageFiles,
    dependencies,
    insertIn,
    grant,
  });
}
