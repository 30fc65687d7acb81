import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { report } from '../../bench/report.ts';
import type { Round } from '../../bench/round.ts';
import { median, percentile } from '../../bench/statistics.ts';

const MIB = 1024 * 1024;

function round({ latencyMs = 1, ...facts }: Partial<Round> & { latencyMs?: number }): Round {
  const load = { latenciesMs: [latencyMs], sentWithinMs: 1_990, sandboxShare: 0.1 };
  return {
    spread: load,
    atOnce: load,
    idleBytes: 80 * MIB,
    peakBytes: 100 * MIB,
    cpuShare: 0.2,
    waitShare: 0,
    ...facts,
  };
}

describe('percentile', () => {
  it('is the smallest value that this share of all values does not exceed', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
        const found = percentile(all, share);
        expect(all).toContain(found);
        expect(all.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share * all.length);
        expect(all.filter((value) => value < found).length).toBeLessThan(share * all.length);
      }),
    );
  });

  it('throws for no values', () => {
    expect(() => percentile([], 0.5)).toThrow('at least one value');
  });
});

describe('the report', () => {
  it('compares the medians and meets the targets up to their limits', () => {
    const bot = [1, 8, 900].map((latencyMs) => round({ latencyMs, idleBytes: 104 * MIB }));
    const text = report({ bot, bare: [4, 4, 4].map((latencyMs) => round({ latencyMs })) });
    expect(text).toMatch(/acknowledgement p99, ms +8\.0 \(1\.0 to 900\.0\) +4\.0 \(4\.0 to 4\.0\) +2\.00/);
    expect(text.match(/^met:/gm)).toHaveLength(3);
    expect(text).not.toContain('MISSED');
  });

  it('says which targets are missed', () => {
    const text = report({ bot: [round({ latencyMs: 1_500, idleBytes: 105 * MIB })], bare: [round({})] });
    expect(text.match(/^MISSED:/gm)).toHaveLength(3);
  });

  it('counts a command without an acknowledgement as infinitely late', () => {
    const text = report({ bot: [round({ latencyMs: Number.POSITIVE_INFINITY })], bare: [round({})] });
    expect(text).toContain('none');
    expect(text).toContain('MISSED: p99 under 1000 ms');
    expect(text).toContain('2 commands were not acknowledged');
  });

  it('names what makes its numbers unreliable', () => {
    const busy = round({ waitShare: 0.4, spread: { latenciesMs: [1], sentWithinMs: 2_600, sandboxShare: 0.8 } });
    const text = report({ bot: [busy], bare: [round({})] });
    expect(text).toContain('The sandbox was busy for 80 %');
    expect(text).toContain('waited for a core during 40 %');
    expect(text).toContain('within 2.60 s');
  });

  it('omits memory when the system does not report it', () => {
    const { spread, atOnce } = round({});
    const text = report({ bot: [{ spread, atOnce }], bare: [{ spread, atOnce }] });
    expect(text).toMatch(/idle memory, MiB +unknown +unknown/);
    expect(text).toContain('unknown: idle memory');
    expect(text).toContain('/proc');
  });
});

describe('the median', () => {
  it('is the middle of an odd number of values', () => {
    expect(median([9, 1, 5])).toBe(5);
  });
});
