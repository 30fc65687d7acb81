import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ImageReports } from '../../src/commands/image-reports.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('ImageReports', () => {
  it('takes one report of a member every 30 s, whatever others do', () => {
    const reports = new ImageReports();
    expect(reports.take('alice', 'a')).toBeUndefined();
    expect(reports.take('bob', 'a')).toBeUndefined();
    vi.advanceTimersByTime(10_000);
    expect(reports.take('alice', 'b')).toEqual({ name: 'cooldown', untilMs: Date.now() + 20_000 });
    vi.advanceTimersByTime(20_000);
    expect(reports.take('alice', 'b')).toBeUndefined();
  });

  it('takes one report of a member and an image', () => {
    const reports = new ImageReports();
    expect(reports.take('alice', 'a')).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(reports.take('alice', 'a')).toEqual({ name: 'repeated' });
    expect(reports.take('alice', 'b')).toBeUndefined();
  });

  it('remembers ten thousand', () => {
    const reports = new ImageReports();
    for (let number = 0; number <= 10_000; number += 1) reports.take(`member ${number}`, 'a');
    vi.advanceTimersByTime(60_000);
    expect(reports.take('member 1', 'a')).toEqual({ name: 'repeated' });
    expect(reports.take('member 0', 'a')).toBeUndefined();
  });
});
