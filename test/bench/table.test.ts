import { describe, expect, it } from 'vitest';
import { formatTable } from '../../bench/table.ts';

const ratioUpTo2 = { of: 'ratio', atMost: 2 } as const;

describe('a table of figures', () => {
  it('compares the medians and meets an aim up to its limit', () => {
    const rows = [{ figure: 'p99, ms', bot: [1, 8, 900], beside: [4, 4, 4], aim: ratioUpTo2 }];
    const text = formatTable({ title: 'Acknowledgements', beside: 'bare client', rows, notes: ['A note.'] });
    expect(text).toMatch(/^Acknowledgements\n +bot +bare client +ratio +aim\n/);
    expect(text).toMatch(/p99, ms +8\.0 \(1\.0 to 900\.0\) +4\.0 \(4\.0 to 4\.0\) +2\.00 +at most 2 x +met\nA note\.$/);
  });

  it.each([
    { bot: [8.1], beside: [4], aim: ratioUpTo2, verdict: /MISSED$/ },
    { bot: [3], aim: { of: 'bot', atMost: 3 } as const, verdict: /at most 3 +met$/ },
    { bot: [97.9], aim: { of: 'bot', atLeast: 98 } as const, verdict: /at least 98 +MISSED$/ },
    { bot: [], beside: [4], aim: ratioUpTo2, verdict: /unknown +4\.0 +at most 2 x +unknown$/ },
    { bot: [Number.POSITIVE_INFINITY], beside: [4], aim: ratioUpTo2, verdict: /none .*MISSED$/ },
  ])('judges $bot beside $beside', ({ verdict, ...row }) => {
    expect(formatTable({ title: '', beside: 'other', rows: [{ figure: 'figure', ...row }] })).toMatch(verdict);
  });
});
