import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../src/jobs/events.ts';
import type { Job, JobState, StateName } from '../../src/jobs/job.ts';
import { createJobLog } from '../../src/jobs/job-log.ts';
import { shardOf } from '../../src/shards.ts';
import { makeJob } from '../support/job-fixtures.ts';

const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: [], imageFiles: [], costUsd: 0.01 };
const guildId = String(7n << 22n);

/** The log lines of these events. */
function linesOf(events: readonly JobEvent[]): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  const listener = createJobLog(log, (guildId) => shardOf(guildId, 5));
  for (const event of events) listener(event);
  return lines;
}

const step = (from: StateName, state: JobState, change: Partial<Job> = {}): JobEvent => ({
  name: 'stepped',
  job: makeJob({ guildId, state, ...change }),
  from,
});
const queued: JobState = { name: 'queued', queuedAtMs: 1, isFirst: true, hasRetried: false };
const submitting: JobState = { name: 'submitting', submittingAtMs: 1 };
const submitted = { name: 'submitted', requestId: 'request-1', submittedAtMs: 1, isOverdue: false } as const;

describe('the log of jobs', () => {
  it('has one line for each change, with the ids to find it by', () => {
    const lines = linesOf([
      { name: 'accepted', job: makeJob({ guildId }) },
      step('queued', submitting),
      step('submitting', queued),
      step('queued', submitting),
      step('submitting', { ...submitted, phase: 'QUEUED' }),
      step('submitted', { ...submitted, phase: 'PROCESSING' }),
      step('submitted', { name: 'rendered', requestId: 'request-1', ...facts }),
      step('rendered', { name: 'delivering', requestId: 'request-1', ...facts }),
      step('delivering', { name: 'delivered', requestId: 'request-1', ...facts }),
    ]);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'accepted',
      'submitting',
      'queued',
      'submitting',
      'submitted',
      'rendered',
      'delivering',
      'delivered',
    ]);
    for (const line of lines) expect(line).toMatchObject({ level: 30, job: '0000000000001', guild: guildId, shard: 2 });
    expect(lines.map(({ requestId }) => requestId)).toEqual([...Array(4), ...Array(4).fill('request-1')]);
    expect(lines[0]).toMatchObject({ user: '100000000000000003', channel: '100000000000000004', prompt: 'a red rose' });
    expect(lines[2]).toMatchObject({ from: 'submitting' });
    expect(lines[7]).toMatchObject({ samples: 1, steps: 30, costUsd: 0.01 });
    expect(JSON.stringify(lines)).not.toContain('token');
  });

  it('keeps the request id of a job that fails, and forgets it then', () => {
    const failed = step('submitted', { name: 'failed', failure: { kind: 'took_too_long' } });
    const lines = linesOf([step('submitting', { ...submitted, phase: 'QUEUED' }), failed, failed]);
    expect(lines.map(({ requestId }) => requestId)).toEqual(['request-1', 'request-1', undefined]);
  });

  it('knows the request id of a job that an earlier process submitted', () => {
    const job = makeJob({ state: { ...submitted, phase: 'QUEUED' } });
    const lines = linesOf([
      { name: 'resumed', job },
      step('submitted', { name: 'failed', failure: { kind: 'internal' } }),
    ]);
    expect(lines).toEqual([expect.objectContaining({ msg: 'failed', requestId: 'request-1' })]);
  });

  it.each([
    [{ kind: 'stopped', reason: 'credits' }, 50],
    [{ kind: 'internal' }, 50],
    [{ kind: 'inference_failed', detail: 'blocked' }, 30],
  ] as const)('tells the operator of %j on level %i', (failure, level) => {
    expect(linesOf([step('submitting', { name: 'failed', failure })])).toEqual([
      expect.objectContaining({ msg: 'failed', level, failure }),
    ]);
  });
});
