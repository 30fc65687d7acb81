import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataRequests } from '../../../src/commands/me/data-requests.ts';

const MINUTE_MS = 60_000;

let requests: DataRequests;
let done: string[];
beforeEach(() => {
  vi.useFakeTimers();
  requests = new DataRequests();
  done = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const run = (request: 'export' | 'erase', memberId: string) =>
  requests.run(request, memberId, async () => {
    done.push(`${request} ${memberId}`);
  });

/** Begins a request that is running until the returned function is called. */
function begin(request: 'export' | 'erase', memberId: string): () => Promise<void> {
  let finish = () => {};
  const ended = requests.run(
    request,
    memberId,
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  return async () => {
    finish();
    expect(await ended).toBeUndefined();
  };
}

describe('DataRequests', () => {
  it('carries out each kind of request of a member once in ten minutes, whatever others do', async () => {
    expect(await run('export', 'alice')).toBeUndefined();
    expect(await run('erase', 'alice')).toBeUndefined();
    expect(await run('export', 'bob')).toBeUndefined();
    vi.advanceTimersByTime(4 * MINUTE_MS);
    const paused = { name: 'paused', untilMs: Date.now() + 6 * MINUTE_MS };
    expect([await run('export', 'alice'), await run('erase', 'alice')]).toEqual([paused, paused]);
    expect(done).toEqual(['export alice', 'erase alice', 'export bob']);
    vi.advanceTimersByTime(6 * MINUTE_MS);
    expect(await run('export', 'alice')).toBeUndefined();
    expect(done).toHaveLength(4);
  });

  it('counts the pause from the end', async () => {
    const end = begin('export', 'alice');
    vi.advanceTimersByTime(10 * MINUTE_MS);
    await end();
    expect(await run('export', 'alice')).toMatchObject({ name: 'paused' });
  });

  it('lets a member repeat after a minute what has failed', async () => {
    const failing = requests.run('erase', 'alice', () => Promise.reject(new Error('no database')));
    await expect(failing).rejects.toThrow('no database');
    expect(await run('erase', 'alice')).toEqual({ name: 'paused', untilMs: Date.now() + MINUTE_MS });
    vi.advanceTimersByTime(MINUTE_MS);
    expect(await run('erase', 'alice')).toBeUndefined();
  });

  it('runs one request of a member at a time, and two of all', async () => {
    const end = begin('export', 'alice');
    expect(await run('erase', 'alice')).toEqual({ name: 'running' });
    begin('erase', 'bob');
    expect(await run('export', 'carol')).toEqual({ name: 'busy' });
    await end();
    expect(await run('export', 'carol')).toBeUndefined();
    expect(done).toEqual(['export carol']);
  });
});
