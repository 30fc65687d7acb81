import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/jobs/delivery.ts';
import { progressMessage } from '../../src/replies/progress.ts';
import { makeJob } from '../support/job-fixtures.ts';

const queued: Progress = { phase: 'queued', place: 1, waiting: 2, aboutMinutes: 3 };

describe('the message of a job that has not ended', () => {
  it.each<Progress>([queued, { phase: 'submitting' }, { phase: 'downloading', sinceMs: 0 }])(
    'says from the start who sees what of a private job: %j',
    (progress) => {
      const [embed] = progressMessage(makeJob({ isPrivate: true }), progress).embeds;
      expect(embed?.footer?.text).toBe("Only you can see this; this server's moderators may see its prompt.");
      expect(progressMessage(makeJob(), progress).embeds[0]).not.toHaveProperty('footer');
    },
  );

  const TEXTS: [string, Partial<Extract<Progress, { phase: 'queued' }>>, string][] = [
    ['an estimate', {}, 'Place 1 of 2 in line. Its turn comes within about 3 min (an estimate).'],
    ['jobs wait in other processes', { isAbout: true }, 'Place about 1 of 2 in line.'],
    ['the budget is used up', { because: { name: 'budget' } }, 'Its turn comes within about 3 min (an estimate).'],
    ['many are in flight', { because: { name: 'crowded' } }, 'Its turn comes within about 3 min (an estimate).'],
    ['the provider asked for a pause', { because: { name: 'paused', untilMs: 60_000 } }, 'it goes on <t:60:R>'],
    ['the money is out', { because: { name: 'stopped', reason: 'credits' } }, 'ends after 15 minutes, uncharged'],
  ];
  it.each(TEXTS)('tells members where they are in the queue, and why they wait: %s', (_, change, text) => {
    expect(progressMessage(makeJob(), { ...queued, ...change }).embeds[0]?.description).toContain(text);
  });

  it('can be cancelled only while it waits', () => {
    expect(progressMessage(makeJob(), queued).components).toHaveLength(1);
    expect(progressMessage(makeJob(), { phase: 'submitting' }).components).toEqual([]);
  });
});
