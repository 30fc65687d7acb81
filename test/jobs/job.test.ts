import { describe, expect, it } from 'vitest';
import {
  hasEnded,
  type JobRequest,
  type JobState,
  mayFollow,
  NEXT_STATES,
  type StateName,
} from '../../src/jobs/job.ts';
import { MemoryJobStore } from '../../src/jobs/memory-store.ts';

const request: JobRequest = {
  id: '0000000000001',
  interactionId: '100000000000000001',
  applicationId: '100000000000000002',
  interactionToken: 'token',
  receivedAtMs: 0,
  requesterId: '100000000000000003',
  channelId: '100000000000000004',
  locale: 'en-US',
  isPrivate: false,
  attachmentSizeLimit: 10_485_760,
  parameters: {
    prompt: 'a red rose',
    samples: 1,
    scheduler: 'DPM2 Karras',
    steps: 30,
    guidanceScale: 7,
    seed: 7,
    width: 1024,
    height: 1024,
  },
};
const submitting: JobState = { name: 'submitting', submittingAtMs: 1 };
const cancelled: JobState = { name: 'cancelled', endedAtMs: 2, cancelledBy: request.requesterId };

describe('the states of a job', () => {
  it('never go back to before a POST once its request id is known', () => {
    const reachable = (from: StateName): Set<StateName> => {
      const seen = new Set<StateName>();
      const todo = [...NEXT_STATES[from]] as StateName[];
      for (let name = todo.pop(); name; name = todo.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        todo.push(...NEXT_STATES[name]);
      }
      return seen;
    };
    for (const name of ['submitted', 'rendered', 'delivering'] as const) {
      expect(reachable(name)).not.toContain('queued');
      expect(reachable(name)).not.toContain('submitting');
    }
  });

  it('end in one of four', () => {
    const ends = (Object.keys(NEXT_STATES) as StateName[]).filter((name) => NEXT_STATES[name].length === 0);
    expect(ends).toEqual(['delivered', 'failed', 'cancelled', 'unknown']);
    expect(hasEnded(cancelled)).toBe(true);
    expect(hasEnded(submitting)).toBe(false);
    expect(mayFollow('submitted', 'cancelled')).toBe(false);
  });
});

describe('MemoryJobStore', () => {
  it('keeps one job for an interaction', async () => {
    const store = new MemoryJobStore();
    expect(await store.insert(request)).toBe(true);
    expect(await store.insert({ ...request, id: '0000000000002' })).toBe(false);
    expect(await store.get('0000000000002')).toBeUndefined();
  });

  it('lets one of two callers change a state', async () => {
    const store = new MemoryJobStore();
    await store.insert(request);
    const [first, second] = await Promise.all([
      store.transition(request.id, 'queued', submitting),
      store.transition(request.id, 'queued', cancelled),
    ]);
    expect(first?.state).toEqual(submitting);
    expect(second).toBeUndefined();
  });

  it('refuses a step that the table does not have', async () => {
    const store = new MemoryJobStore();
    await store.insert(request);
    await expect(store.transition(request.id, 'submitted', cancelled)).rejects.toThrow("can't go");
  });

  it('forgets a removed job and its interaction', async () => {
    const store = new MemoryJobStore();
    await store.insert(request);
    await store.remove(request.id);
    expect(await store.get(request.id)).toBeUndefined();
    expect(await store.insert(request)).toBe(true);
  });
});
