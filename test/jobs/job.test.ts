import { describe, expect, it } from 'vitest';
import { hasEnded, mayFollow, NEXT_STATES, type StateName } from '../../src/jobs/job.ts';

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
    // What failed may still be delivered, when only its images could not be.
    expect(ends).toEqual(['delivered', 'cancelled', 'unknown']);
    expect(NEXT_STATES.failed).toEqual(['delivering']);
    expect(hasEnded({ name: 'failed', failure: { kind: 'undeliverable' } })).toBe(true);
    expect(hasEnded({ name: 'cancelled', cancelledBy: '1' })).toBe(true);
    expect(hasEnded({ name: 'submitting', submittingAtMs: 1 })).toBe(false);
    expect(mayFollow('submitted', 'cancelled')).toBe(false);
  });
});
