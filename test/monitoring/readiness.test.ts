import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Readiness } from '../../src/monitoring/readiness.ts';
import { recordedLog } from '../support/job-fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Readiness', () => {
  it('is ready only if every check is ok, and names those that aren’t', async () => {
    const { log } = recordedLog();
    const fine = new Readiness({ one: () => true, two: async () => true }, log);
    expect(await fine.check()).toEqual({ isReady: true, checks: { one: 'ok', two: 'ok' } });
    const broken = async () => {
      throw new Error('a secret path');
    };
    const answer = await new Readiness({ one: () => true, two: () => false, three: broken }, log).check();
    expect(answer).toEqual({ isReady: false, checks: { one: 'ok', two: 'failed', three: 'failed' } });
  });

  it('waits 2 s for a check, and does not run it again while it hangs', async () => {
    const { log } = recordedLog();
    let asked = 0;
    let answer = (_: boolean) => {};
    const check = () => {
      asked += 1;
      return new Promise<boolean>((resolve) => {
        answer = resolve;
      });
    };
    const readiness = new Readiness({ slow: check, quick: () => true }, log);
    for (let round = 0; round < 3; round += 1) {
      const asking = readiness.check();
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await asking).toEqual({ isReady: false, checks: { slow: 'timed out', quick: 'ok' } });
    }
    expect(asked).toBe(1);
    answer(true);
    await vi.advanceTimersByTimeAsync(0);
    const asking = readiness.check();
    answer(true);
    expect((await asking).isReady).toBe(true);
    expect(asked).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('logs when a check begins to fail and when it recovers, and not in between', async () => {
    const { log, lines } = recordedLog();
    let isFine = true;
    const readiness = new Readiness({ database: () => isFine }, log);
    for (const state of [true, false, false, true, true, false]) {
      isFine = state;
      await readiness.check();
    }
    const expected = ['readiness check failed', 'readiness check recovered', 'readiness check failed'];
    expect(lines.map(({ msg }) => msg)).toEqual(expected);
  });
});
