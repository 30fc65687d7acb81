import { expect, it, vi } from 'vitest';
import type { Progress } from '../../../src/jobs/delivery.ts';
import { Circuit } from '../../../src/jobs/permits/circuit.ts';
import type { PermitAnswer } from '../../../src/jobs/permits/permit.ts';
import { JobQueue } from '../../../src/jobs/queue/job-queue.ts';
import { makeJobIn } from '../../support/job-fixtures.ts';
import { SILENT } from '../../support/silent-log.ts';

interface OpenOptions {
  readonly queuedElsewhere?: readonly number[];
  readonly permitsAtOnce?: number;
}

const QUEUED = { name: 'queued', queuedAtMs: Date.now(), isFirst: false, hasRetried: false } as const;

/** A queue whose permits never come unless a test answers them, and what it shows. */
function openQueue({ queuedElsewhere = [], permitsAtOnce = 1 }: OpenOptions = {}) {
  const requests: { readonly chosen: string | undefined; readonly answer: (answer: PermitAnswer) => void }[] = [];
  const hold = { isHeld: false };
  const shown: [string, Progress][] = [];
  const stopping = new AbortController();
  const queue = new JobQueue({
    permits: {
      watch() {},
      get canRequest() {
        return !hold.isHeld;
      },
      waitReason: undefined,
      request(choose) {
        const chosen = choose()?.id;
        return new Promise((answer) => requests.push({ chosen, answer }));
      },
    },
    permitsAtOnce,
    circuit: new Circuit(async () => ({ creditsUsd: 0, freeCreditsUsd: 0 })),
    delivery: { showProgress: ({ id }, progress) => shown.push([id, progress]) },
    queuedElsewhere: () => queuedElsewhere,
    requestsPerMinute: 5,
    queueLimit: 10,
    log: SILENT,
    signal: stopping.signal,
  });
  return { queue, shown, stopping, requests, hold };
}

it('shows a job as the next one while its permit takes long, as on a full disk', async () => {
  const { queue, shown, stopping } = openQueue();
  for (const id of ['first', 'second']) void queue.wait(makeJobIn(QUEUED, { id, requesterId: id }));
  await vi.waitFor(() => expect(shown).toHaveLength(2));
  stopping.abort();
  expect(shown).toMatchObject([
    ['first', { phase: 'queued', place: 1, waiting: 2 }],
    ['second', { phase: 'queued', place: 2, waiting: 2 }],
  ]);
});

it('places its jobs as if the other processes took turns with it', () => {
  const { queue, stopping } = openQueue({ queuedElsewhere: [1, 3] });
  for (const id of ['first', 'second', 'third']) void queue.wait(makeJobIn(QUEUED, { id, requesterId: id }));
  const places = queue.places();
  stopping.abort();
  expect(places.map(({ job, place }) => [job.id, place])).toEqual([
    ['first', { place: 1, waiting: 7, aboutMinutes: 1, isAbout: true }],
    ['second', { place: 4, waiting: 7, aboutMinutes: 1, isAbout: true }],
    ['third', { place: 6, waiting: 7, aboutMinutes: 2, isAbout: true }],
  ]);
});

it('requests several permits at once, each for the next job; those that have to wait keep their places', async () => {
  const { queue, stopping, requests, hold } = openQueue({ permitsAtOnce: 3 });
  const exits: string[] = [];
  const queuedAtMs = Date.now();
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
    const job = makeJobIn({ ...QUEUED, queuedAtMs: queuedAtMs + index }, { id, requesterId: 'one member' });
    void queue.wait(job).then((exit) => exits.push(`${id} ${exit.name}`));
  }
  expect(requests.map(({ chosen }) => chosen)).toEqual(['a', 'b', 'c']);
  hold.isHeld = true;
  requests[0]?.answer({ name: 'granted', job: makeJobIn({ name: 'submitting', submittingAtMs: 0 }, { id: 'a' }) });
  const because = { name: 'budget' } as const;
  for (const request of requests.slice(1)) request.answer({ name: 'wait', untilMs: undefined, because });
  await vi.waitFor(() => expect(exits).toEqual(['a granted']));
  expect(queue.places().map(({ job }) => job.id)).toEqual(['b', 'c', 'd']);
  hold.isHeld = false;
  queue.refresh();
  expect(requests.slice(3).map(({ chosen }) => chosen)).toEqual(['b', 'c', 'd']);
  stopping.abort();
});
