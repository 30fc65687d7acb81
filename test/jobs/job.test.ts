import { describe, expect, it } from 'vitest';
import { hasEnded, mayFollow, NEXT_STATES, type StateName } from '../../src/jobs/job.ts';

describe('the states of a job', () => {
  it('never allow another POST once a request id is known', () => {
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

  it('have four final ones', () => {
    const ends = (Object.keys(NEXT_STATES) as StateName[]).filter((name) => NEXT_STATES[name].length === 0);
    // A failed job with undelivered images may still be delivered.
    expect(ends).toEqual(['delivered', 'cancelled', 'unknown']);
    expect(NEXT_STATES.failed).toEqual(['delivering']);
    expect(hasEnded({ name: 'failed', failure: { kind: 'undeliverable' } })).toBe(true);
    expect(hasEnded({ name: 'cancelled', cancelledBy: '1' })).toBe(true);
    expect(hasEnded({ name: 'submitting', submittingAtMs: 1 })).toBe(false);
    expect(mayFollow('submitted', 'cancelled')).toBe(false);
  });
});
