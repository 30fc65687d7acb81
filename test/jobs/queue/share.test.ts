import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobIn } from '../../../src/jobs/job.ts';
import { Circuit } from '../../../src/jobs/permits/circuit.ts';
import { JobQueue } from '../../../src/jobs/queue/job-queue.ts';
import { shareOf } from '../../../src/jobs/queue/share.ts';
import { makeJobIn, SILENT } from '../../support/job-fixtures.ts';

let opened: AbortController[];

/** A queue that nothing leaves by itself. */
function open(queueLimit: number, elsewhere: readonly number[] = []): JobQueue {
  const stopping = new AbortController();
  opened.push(stopping);
  return new JobQueue({
    permits: {
      watch() {},
      canRequest: false,
      waitReason: undefined,
      request: () => Promise.reject(new Error('No permit may be asked for.')),
    },
    circuit: new Circuit(async () => ({ creditsUsd: 0, freeCreditsUsd: 0 })),
    delivery: { showProgress() {} },
    queuedElsewhere: () => elsewhere,
    requestsPerMinute: 5,
    queueLimit,
    maxPermitRequests: 1,
    log: SILENT,
    signal: stopping.signal,
  });
}

let jobs = 0;
function jobIn(server: string | undefined): JobIn<'queued'> {
  const state = { name: 'queued', queuedAtMs: Date.now(), isFirst: false, hasRetried: false } as const;
  jobs += 1;
  const { guildId: _, ...job } = makeJobIn(state, { id: `job${jobs}`, requesterId: `${jobs % 3}` });
  return server === undefined ? job : { ...job, guildId: server };
}

/** A request: the id of its job, or why it was refused. */
function ask(queue: JobQueue, server: string | undefined): { id: string } | { refused: string } {
  const refusal = queue.refusal(server);
  if (refusal) return { refused: refusal.name };
  const job = jobIn(server);
  queue.reservePlace(job);
  // Every other one is about to wait, which counts as well.
  if (jobs % 2 === 0) void queue.wait(job);
  return { id: job.id };
}

/** How many requests of a server are taken until one is refused, and why that is. */
function flood(queue: JobQueue, server: string | undefined): [number, string] {
  for (let taken = 0; ; taken += 1) {
    const answer = ask(queue, server);
    if ('refused' in answer) return [taken, answer.refused];
  }
}

beforeEach(() => {
  opened = [];
  vi.useFakeTimers();
});

afterEach(() => {
  for (const stopping of opened) stopping.abort(new Error('stopping'));
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a server alone', () => {
  it.each([
    [1, 1, 'full'],
    [2, 1, 'share_full'],
    [3, 2, 'share_full'],
    [4, 3, 'share_full'],
    [10, 7, 'share_full'],
    [50, 37, 'share_full'],
  ])('of a queue of %i gets %i places: %s', (queueLimit, share, refused) => {
    expect(flood(open(queueLimit), 'A')).toEqual([share, refused]);
  });

  it('has a place again when one of its jobs has left', () => {
    const queue = open(4);
    const first = ask(queue, 'A');
    flood(queue, 'A');
    queue.cancel('id' in first ? first.id : '', 'member');
    expect(flood(queue, 'A')).toEqual([1, 'share_full']);
  });
});

describe('a server beside another one', () => {
  it.each([
    [2, 1],
    [3, 1],
    [4, 1],
    [10, 3],
    [50, 13],
  ])('of a queue of %i, where the other was first and has its fill, gets %i places', (queueLimit, rest) => {
    const queue = open(queueLimit);
    flood(queue, 'A');
    expect(flood(queue, 'B')[0]).toBe(rest);
  });

  it('gets half of the queue and no more, also when the other one waits in another process, or is about to wait', () => {
    const queue = open(10);
    ask(queue, 'B');
    expect(flood(queue, 'A')).toEqual([5, 'share_full']);
    expect(flood(open(10, [1]), 'A')).toEqual([5, 'share_full']);
    const expecting = open(10);
    expecting.reservePlace(jobIn('B'));
    expect(flood(expecting, 'A')).toEqual([5, 'share_full']);
  });

  it('is direct messages as a whole', () => {
    const queue = open(10);
    ask(queue, 'A');
    expect(flood(queue, undefined)).toEqual([5, 'share_full']);
    expect(queue.refusal(undefined)).toMatchObject({ isDirectMessage: true });
    expect(queue.refusal('A')).toBeUndefined();
  });

  it('reads when one of its own turns has made room', () => {
    const queue = open(40);
    flood(queue, 'A');
    // 30 of its jobs wait, alone: the next turn is its own.
    expect(queue.refusal('A')).toEqual({ name: 'share_full', minutes: 1, isDirectMessage: false });
    ask(queue, 'B');
    // From 30 to below 20 with every second turn of five a minute.
    expect(queue.refusal('A')).toMatchObject({ minutes: 5 });
    flood(queue, 'B');
    expect(queue.refusal('C')).toEqual({ name: 'full', minutes: 8 });
  });
});

describe('whatever servers ask for', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ ask: fc.constantFrom('A', 'B', 'C', undefined) }) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat(50) }) },
    ),
    { maxLength: 120 },
  );

  it('none holds more than its share, and the first of another one is always taken while there is a place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), steps, (queueLimit, script) => {
        const queue = open(queueLimit);
        const of = (server: string | undefined) => queue.pending.filter(({ guildId }) => guildId === server).length;
        for (const step of script) {
          if ('leave' in step) {
            queue.cancel(queue.pending[step.leave]?.id ?? '', 'member');
            continue;
          }
          const [own, all] = [of(step.ask), queue.pending.length];
          const isTaken = 'id' in ask(queue, step.ask);
          if (own === 0) expect(isTaken).toBe(all < queueLimit);
          if (isTaken) expect(own + 1).toBeLessThanOrEqual(shareOf(queueLimit, { isAlone: own === all }));
          expect(of(step.ask)).toBeLessThanOrEqual(Math.max(1, Math.floor(queueLimit * 0.75)));
          expect(queue.pending.length).toBeLessThanOrEqual(queueLimit);
        }
      }),
    );
  });
});
