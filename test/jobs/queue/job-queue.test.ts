import { expect, it, onTestFinished, vi } from 'vitest';
import type { Progress } from '../../../src/jobs/delivery.ts';
import { Circuit } from '../../../src/jobs/permits/circuit.ts';
import { JobQueue } from '../../../src/jobs/queue/job-queue.ts';
import { makeJobIn } from '../../support/job-fixtures.ts';
import { SILENT } from '../../support/silent-log.ts';

type JobQueuePermits = ConstructorParameters<typeof JobQueue>[0]['permits'];

const QUEUED = { name: 'queued', queuedAtMs: Date.now(), isFirst: false, hasRetried: false } as const;

/** A queue whose permits never come, and what it shows. */
function openQueue(
  queuedElsewhere: readonly number[] = [],
  request: JobQueuePermits['request'] = (choose) => {
    choose();
    return new Promise(() => {});
  },
  maxPermitRequests = 1,
) {
  const shown: [string, Progress][] = [];
  const stopping = new AbortController();
  const queue = new JobQueue({
    permits: {
      watch() {},
      canRequest: true,
      waitReason: undefined,
      request,
    },
    circuit: new Circuit(async () => ({ creditsUsd: 0, freeCreditsUsd: 0 })),
    delivery: { showProgress: ({ id }, progress) => shown.push([id, progress]) },
    queuedElsewhere: () => queuedElsewhere,
    requestsPerMinute: 5,
    queueLimit: 10,
    maxPermitRequests,
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

it('updates what a long queue shows less often: once a second with a thousand jobs', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { queue, shown, stopping } = openQueue();
  const join = (id: string) => void queue.wait(makeJobIn(QUEUED, { id, requesterId: id }));
  for (let number = 1; number <= 1_000; number += 1) join(String(number));
  await vi.advanceTimersByTimeAsync(100);
  expect(shown).toHaveLength(1_000);
  join('another');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown).toHaveLength(1_000);
  await vi.advanceTimersByTimeAsync(1);
  expect(shown).toHaveLength(2_001);
  stopping.abort();
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

it('keeps the turn of a job whose permit has to wait: another server’s request is behind that one alone', async () => {
  const wait = { name: 'wait', untilMs: undefined, because: { name: 'budget' } } as const;
  let answer = (_: typeof wait) => {};
  const { queue, stopping } = openQueue([], (choose) => {
    choose();
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  const join = (id: string, guildId: string) =>
    void queue.wait(makeJobIn(QUEUED, { id, requesterId: guildId, guildId }));
  for (const id of ['a1', 'a2', 'a3']) join(id, 'a');
  join('b1', 'b');
  for (let round = 0; round < 3; round += 1) {
    answer(wait);
    await new Promise((resolve) => setImmediate(resolve));
    expect(queue.places().map(({ job }) => job.id)).toEqual(['a1', 'b1', 'a2', 'a3']);
  }
  stopping.abort();
});

it.each([
  ['all have to wait', [], ['a1', 'b1', 'a2', 'b2', 'a3']],
  ['the others are granted', ['a1', 'a2'], ['b1', 'b2', 'a3']],
  ['a later one is granted', ['b1'], ['a1', 'b2', 'a2', 'a3']],
])('keeps the turns of several jobs whose permits are requested at once, where %s', async (_, granted, order) => {
  const wait = { name: 'wait', untilMs: undefined, because: { name: 'budget' } } as const;
  const answers: (() => void)[] = [];
  const { queue, stopping } = openQueue(
    [],
    (choose) => {
      const job = choose();
      if (!job) throw new Error('More permits are requested than jobs are queued.');
      return new Promise((resolve) => {
        const submitting = makeJobIn({ name: 'submitting', submittingAtMs: 0 }, { id: job.id });
        answers.push(() => resolve(granted.includes(job.id) ? { name: 'granted', job: submitting } : wait));
      });
    },
    3,
  );
  const left: string[] = [];
  const join = (id: string, guildId: string) =>
    void queue.wait(makeJobIn(QUEUED, { id, requesterId: guildId, guildId })).then(() => left.push(id));
  for (const [id, guildId] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
    ['b2', 'b'],
    ['a3', 'a'],
  ] as const)
    join(id, guildId);
  expect(answers).toHaveLength(3);
  // The last one is answered first, and no other is chosen before all have their answers.
  for (const answer of answers.toReversed()) {
    answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
  stopping.abort();
  expect(left.toSorted()).toEqual(granted);
  expect(queue.places().map(({ job }) => job.id)).toEqual(order);
});

it('lets a job be cancelled that has to wait, also while another request for a permit takes long', async () => {
  const wait = { name: 'wait', untilMs: undefined, because: { name: 'budget' } } as const;
  let requests = 0;
  const { queue, stopping } = openQueue(
    [],
    async (choose) => {
      requests += 1;
      if (requests > 1) return new Promise(() => {});
      choose();
      return wait;
    },
    2,
  );
  for (const id of ['first', 'second']) void queue.wait(makeJobIn(QUEUED, { id, requesterId: id }));
  await new Promise((resolve) => setImmediate(resolve));
  expect(requests).toBe(3);
  expect(queue.cancel('first', 'first')).toBe(true);
  stopping.abort();
});

it('removes a job that was cancelled while its permit was requested, unless it gets the permit', async () => {
  const submitting = makeJobIn({ name: 'submitting', submittingAtMs: 0 }, { id: 'granted' });
  const answers = new Map<string, () => void>();
  const { queue, stopping } = openQueue(
    [],
    (choose) => {
      const id = choose()?.id ?? '';
      const wait = { name: 'wait', untilMs: undefined, because: { name: 'budget' } } as const;
      return new Promise((resolve) => {
        answers.set(id, () => resolve(id === 'granted' ? { name: 'granted', job: submitting } : wait));
      });
    },
    2,
  );
  const exits = ['granted', 'waits'].map((id) => queue.wait(makeJobIn(QUEUED, { id, requesterId: id })));
  expect(queue.pending.map(({ id }) => id)).toEqual(['granted', 'waits']);
  for (const id of ['granted', 'waits']) expect(queue.cancel(id, 'moderator')).toBe(false);
  for (const answer of answers.values()) answer();
  expect(await Promise.all(exits)).toEqual([
    { name: 'granted', job: submitting },
    { name: 'cancelled', cancelledBy: 'moderator' },
  ]);
  stopping.abort();
});

it('counts the jobs whose permits are being requested, for everyone’s limit and for their server’s', () => {
  const neverAnswered: JobQueuePermits['request'] = (choose) => {
    choose();
    return new Promise(() => {});
  };
  const { queue, stopping } = openQueue([], neverAnswered, 4);
  const join = (count: number, guildId: string) => {
    for (let index = 0; index < count; index += 1) {
      const id = `${guildId}${index}`;
      void queue.wait(makeJobIn(QUEUED, { id, requesterId: id, guildId }));
    }
  };
  join(5, 'a');
  expect([queue.size, queue.room]).toEqual([5, 5]);
  expect(queue.refusal('a')).toBeUndefined();
  join(1, 'b');
  expect(queue.refusal('a')).toMatchObject({ name: 'share_full' });
  expect(queue.refusal('b')).toBeUndefined();
  join(4, 'b');
  expect(queue.refusal('b')).toMatchObject({ name: 'full' });
  stopping.abort();
});
