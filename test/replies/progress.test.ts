import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/jobs/delivery.ts';
import { progressMessage } from '../../src/replies/progress.ts';
import { makeJob } from '../support/job-fixtures.ts';

const queued: Progress = { phase: 'queued', place: 1, waiting: 2, aboutMinutes: 3 };

describe('the message of a job that has not ended', () => {
  it.each<Progress>([queued, { phase: 'submitting' }, { phase: 'downloading', sinceMs: 0 }])(
    'says from the start who else sees something of a private job: %j',
    (progress) => {
      const [embed] = progressMessage(makeJob({ isPrivate: true }), progress).embeds;
      expect(embed?.footer?.text).toBe('Moderators can see the prompt.');
      expect(progressMessage(makeJob(), progress).embeds[0]).not.toHaveProperty('footer');
    },
  );

  const TEXTS: [string, Partial<Extract<Progress, { phase: 'queued' }>>, string][] = [
    ['an estimate', {}, "You're next, in about 3 minutes."],
    ['others are before it', { place: 2, waiting: 9 }, "You're 2nd of 9 in the queue, in about 3 minutes."],
    ['a minute is left', { aboutMinutes: 1 }, "You're next, in about a minute."],
    ['jobs wait in other processes', { isAbout: true }, "You're about 1st of 2 in the queue"],
    ['the budget is used up', { because: { name: 'budget' } }, "You're next, in about 3 minutes."],
    ['many are in flight', { because: { name: 'in_flight_limit' } }, "You're next, in about 3 minutes."],
    ['the provider asked for a pause', { because: { name: 'paused', untilMs: 60_000 } }, 'The queue resumes <t:60:R>.'],
    [
      'the money is out',
      { because: { name: 'stopped', reason: 'credits' } },
      "If it isn't fixed within 15 minutes, I'll cancel this for free.",
    ],
  ];
  it.each(TEXTS)('tells members where they are in the queue, and why they wait: %s', (_, change, text) => {
    expect(progressMessage(makeJob(), { ...queued, ...change }).embeds[0]?.description).toContain(text);
  });

  it('says from the start who pressed the button that started it', () => {
    const origin = { button: 'reroll', jobId: '0000000000002', repeatsImage: true } as const;
    const [embed] = progressMessage(makeJob({ origin }), queued).embeds;
    expect(embed?.description).toMatch(/minutes\.\nRequested by <@100000000000000003>$/);
  });

  it('can be cancelled only while it waits', () => {
    expect(progressMessage(makeJob(), queued).components).toHaveLength(1);
    expect(progressMessage(makeJob(), { phase: 'submitting' }).components).toEqual([]);
  });
});
