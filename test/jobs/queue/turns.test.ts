import { beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { Joining } from '../../src/jobs/joining.ts';
import { makeJob } from '../support/job-fixtures.ts';

const job = makeJob();
const { id, requesterId, guildId } = job;

let joined: Job[];
let cancelled: [Job, string][];
let joining: Joining;

const enter = (come: () => Promise<Job | undefined>) => joining.enter(job, come, (each) => joined.push(each));

beforeEach(() => {
  joined = [];
  cancelled = [];
  joining = new Joining((each, cancelledBy) => cancelled.push([each, cancelledBy]));
});

describe('who is about to join the line', () => {
  it('joins when what leads there has succeeded, and is known until then', async () => {
    let arrive = (_: Job) => {};
    const entered = enter(() => new Promise((resolve) => (arrive = resolve)));
    expect(joining.joiners).toMatchObject([{ id, requesterId, guildId }]);
    expect(joined).toEqual([]);
    arrive(job);
    expect(await entered).toBe(true);
    expect([joined, cancelled, joining.joiners]).toEqual([[job], [], []]);
  });

  it('is cancelled instead, once, by the last who says so', async () => {
    const entered = enter(async () => {
      expect(joining.cancel(id, 'member')).toBe(true);
      expect(joining.cancel(id, 'moderator')).toBe(true);
      expect(joining.joiners).toHaveLength(1);
      return job;
    });
    expect(await entered).toBe(false);
    expect([joined, cancelled, joining.joiners]).toEqual([[], [[job, 'moderator']], []]);
  });

  it('may be nobody, also when that was cancelled', async () => {
    expect(await enter(async () => undefined)).toBe(false);
    const entered = enter(async () => {
      joining.cancel(id, 'member');
      return undefined;
    });
    expect(await entered).toBe(false);
    expect([joined, cancelled, joining.joiners]).toEqual([[], [], []]);
  });

  it('is forgotten when what leads there fails, which is told', async () => {
    const failure = new Error('10062');
    const entered = enter(async () => {
      joining.cancel(id, 'member');
      throw failure;
    });
    await expect(entered).rejects.toBe(failure);
    expect([joined, cancelled, joining.joiners]).toEqual([[], [], []]);
  });

  it('is not cancelled by another id, nor before it comes or after it has joined', async () => {
    expect(joining.cancel(id, 'member')).toBe(false);
    const entered = enter(async () => {
      expect(joining.cancel('another', 'member')).toBe(false);
      return job;
    });
    expect(await entered).toBe(true);
    expect(joining.cancel(id, 'member')).toBe(false);
    expect([joined, cancelled]).toEqual([[job], []]);
  });

  it('does not wait for others who are about to join', async () => {
    let arrive = (_: Job) => {};
    const slow = enter(() => new Promise((resolve) => (arrive = resolve)));
    const other = makeJob({ id: '0000000000002' });
    await joining.enter(
      other,
      async () => other,
      (each) => joined.push(each),
    );
    expect(joining.joiners.map((each) => each.id)).toEqual([id]);
    arrive(job);
    await slow;
    expect(joined).toEqual([other, job]);
  });
});
