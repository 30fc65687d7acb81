import { expect, it, vi } from 'vitest';
import type { Progress } from '../../../src/jobs/delivery.ts';
import { Circuit } from '../../../src/jobs/permits/circuit.ts';
import { JobQueue } from '../../../src/jobs/queue/job-queue.ts';
import { makeJobIn } from '../../support/job-fixtures.ts';
import { SILENT } from '../../support/silent-log.ts';

const QUEUED = { name: 'queued', queuedAtMs: Date.now(), isFirst: false, hasRetried: false } as const;

/** A queue whose permits never come, and what it shows. */
function openQueue(queuedElsewhere: readonly number[] = []) {
  const shown: [string, Progress][] = [];
  const stopping = new AbortController();
  const queue = new JobQueue({
    permits: {
      watch() {},
      canRequest: true,
      waitReason: undefined,
      request(choose) {
        choose();
        return new Promise(() => {});
      },
    },
    circuit: new Circuit(async () => ({ creditsUsd: 0, freeCreditsUsd: 0 })),
    delivery: { showProgress: ({ id }, progress) => shown.push([id, progress]) },
    queuedElsewhere: () => queuedElsewhere,
    requestsPerMinute: 5,
    queueLimit: 10,
    log: SILENT,
    signal: stopping.signal,
  });
  return { queue, shown, stopping };
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
  const { queue, stopping } = openQueue([1, 3]);
  for (const id of ['first', 'second', 'third']) void queue.wait(makeJobIn(QUEUED, { id, requesterId: id }));
  const places = queue.places();
  stopping.abort();
  expect(places.map(({ job, place }) => [job.id, place])).toEqual([
    ['first', { place: 1, waiting: 7, aboutMinutes: 1, isAbout: true }],
    ['second', { place: 4, waiting: 7, aboutMinutes: 1, isAbout: true }],
    ['third', { place: 6, waiting: 7, aboutMinutes: 2, isAbout: true }],
  ]);
});
