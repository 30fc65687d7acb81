import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/settings/policy.ts';
import { toRules } from '../../src/settings/rules.ts';
import { Usage } from '../../src/settings/usage.ts';
import {
  channel,
  MEMBER_ID,
  MIDNIGHT_MS,
  NEXT_MONTH_MS,
  NO_CEILINGS,
  NOW_MS,
  nothingUsed,
  OTHER_ID,
  parseSettings,
  request,
} from '../support/settings-fixtures.ts';

const job = (jobId: string, change: object = {}) => ({
  jobId,
  memberId: MEMBER_ID,
  images: 2,
  estimateUsd: 0.02,
  ...change,
});
const cost = (spentUsd: number, reservedUsd: number) => ({
  spentUsd: expect.closeTo(spentUsd, 9),
  reservedUsd: expect.closeTo(reservedUsd, 9),
});

describe('usage', () => {
  it('counts images, jobs and estimates from the reservation on', () => {
    const usage = new Usage();
    expect(usage.of(MEMBER_ID, NOW_MS)).toEqual({
      imagesToday: 0,
      jobsUnderWay: 0,
      today: cost(0, 0),
      thisMonth: cost(0, 0),
    });
    usage.reserve(job('a'), NOW_MS);
    usage.reserve(job('b', { images: 3 }), NOW_MS + 5);
    expect(usage.of(MEMBER_ID, NOW_MS + 6)).toEqual({
      imagesToday: 5,
      lastAcceptedAtMs: NOW_MS + 5,
      jobsUnderWay: 2,
      today: cost(0, 0.04),
      thisMonth: cost(0, 0.04),
    });
  });

  it('counts members apart, and their costs together', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    const other = usage.of(OTHER_ID, NOW_MS);
    expect(other).toMatchObject({ imagesToday: 0, jobsUnderWay: 0, today: cost(0, 0.02) });
    expect(other).not.toHaveProperty('lastAcceptedAtMs');
  });

  it('replaces the estimate by the cost, once', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    expect(usage.replaceEstimate('a', 0.05)).toMatchObject({ costUsd: 0.05, reservation: { jobId: 'a' } });
    expect(usage.replaceEstimate('a', 0.05)).toBeUndefined();
    expect(usage.releaseReservation('a')).toBeUndefined();
    expect(usage.of(MEMBER_ID, NOW_MS)).toMatchObject({ imagesToday: 2, jobsUnderWay: 0, today: cost(0.05, 0) });
  });

  it('uses the estimate if no cost was reported', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    expect(usage.replaceEstimate('a')).toMatchObject({ costUsd: 0.02 });
    expect(usage.spending(NOW_MS).thisMonth).toEqual(cost(0.02, 0));
  });

  it('releases, once, everything except the cooldown', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    expect(usage.releaseReservation('a')).toMatchObject({ images: 2 });
    expect(usage.releaseReservation('a')).toBeUndefined();
    expect(usage.of(MEMBER_ID, NOW_MS)).toEqual({
      imagesToday: 0,
      lastAcceptedAtMs: NOW_MS,
      jobsUnderWay: 0,
      today: cost(0, 0),
      thisMonth: cost(0, 0),
    });
  });

  it('undoes the cooldown as well if the job was not accepted after all', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    usage.reserve(job('b'), NOW_MS + 5);
    usage.releaseReservation('b', { wasAccepted: false });
    expect(usage.of(MEMBER_ID, NOW_MS + 6).lastAcceptedAtMs).toBe(NOW_MS);
    usage.releaseReservation('a', { wasAccepted: false });
    expect(usage.of(MEMBER_ID, NOW_MS + 6)).not.toHaveProperty('lastAcceptedAtMs');
  });

  it('has one reservation for each job', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    expect(() => usage.reserve(job('a'), NOW_MS)).toThrow('reservation already');
  });

  it('begins a new day at midnight UTC, and releases on the day before', () => {
    const usage = new Usage();
    usage.reserve(job('a'), MIDNIGHT_MS - 1);
    usage.reserve(job('b', { images: 1 }), MIDNIGHT_MS - 1);
    expect(usage.of(MEMBER_ID, MIDNIGHT_MS - 1)).toMatchObject({ imagesToday: 3, today: cost(0, 0.04) });
    expect(usage.of(MEMBER_ID, MIDNIGHT_MS)).toMatchObject({
      imagesToday: 0,
      jobsUnderWay: 2,
      today: cost(0, 0),
      thisMonth: cost(0, 0.04),
    });
    usage.reserve(job('c', { images: 4 }), MIDNIGHT_MS);
    expect(usage.releaseReservation('a')).toMatchObject({ day: '2026-11-22' });
    usage.replaceEstimate('b', 0.5);
    expect(usage.of(MEMBER_ID, MIDNIGHT_MS)).toMatchObject({
      imagesToday: 4,
      today: cost(0, 0.02),
      thisMonth: cost(0.5, 0.02),
    });
    // The clock was set back by a moment.
    expect(usage.of(MEMBER_ID, MIDNIGHT_MS - 1)).toMatchObject({ imagesToday: 1, today: cost(0.5, 0) });
  });

  it('begins a new month at midnight UTC, also with unfinished jobs', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS);
    usage.replaceEstimate('a', 1);
    usage.reserve(job('b'), NEXT_MONTH_MS - 1);
    expect(usage.spending(NEXT_MONTH_MS - 1).thisMonth).toEqual(cost(1, 0.02));
    expect(usage.spending(NEXT_MONTH_MS).thisMonth).toEqual(cost(0, 0));
    usage.replaceEstimate('b', 3);
    expect(usage.spending(NEXT_MONTH_MS).thisMonth).toEqual(cost(0, 0));
  });

  it('is the same again from its totals', () => {
    const usage = new Usage();
    usage.reserve(job('a'), NOW_MS - 24 * 3_600_000);
    usage.replaceEstimate('a', 0.3);
    usage.reserve(job('b'), NOW_MS);
    const again = new Usage(JSON.parse(JSON.stringify(usage.totals())));
    for (const memberId of [MEMBER_ID, OTHER_ID])
      expect(again.of(memberId, NOW_MS)).toEqual(usage.of(memberId, NOW_MS));
    again.releaseReservation('b');
    expect(again.of(MEMBER_ID, NOW_MS)).toMatchObject({ imagesToday: 0, thisMonth: cost(0.3, 0) });
  });
});

describe('check and reservation in one step', () => {
  const ask = (usage: Usage, settings: object, jobId: string) => {
    const member = { id: MEMBER_ID, roleIds: [] };
    const decision = decide(
      { ...toRules(parseSettings(settings)), ceilings: NO_CEILINGS },
      member,
      channel,
      request,
      { ...nothingUsed, ...usage.of(MEMBER_ID, NOW_MS) },
      NOW_MS,
    );
    if (decision.allowed)
      usage.reserve({ jobId, memberId: MEMBER_ID, images: request.samples, estimateUsd: request.estimateUsd }, NOW_MS);
    return decision;
  };
  const requestFiftyTimes = (settings: object) => {
    const usage = new Usage();
    const decisions = Array.from({ length: 50 }, (_, index) => ask(usage, settings, String(index)));
    return { allowed: decisions.filter(({ allowed }) => allowed).length, last: decisions.at(-1) };
  };

  it.each([
    ['jobs_at_once', 3, {}],
    ['images_per_day', 7, { limits: { everyone: { imagesPerDay: 7, jobsAtOnce: -1 } } }],
    ['cooldown', 1, { limits: { everyone: { cooldownSeconds: 1, jobsAtOnce: -1 } } }],
    ['budget', 10, { limits: { everyone: { jobsAtOnce: -1 } }, budget: { dayUsd: 0.1 } }],
  ])('of fifty requests, %s allows %i', (name, count, settings) => {
    expect(requestFiftyTimes(settings)).toMatchObject({ allowed: count, last: { reason: { name } } });
  });

  it('never allows more jobs at once, or images, than the limits', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('ask' as const) },
      fc.constantFrom('give back' as const, 'charge' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const usage = new Usage();
        const settings = { limits: { everyone: { imagesPerDay: 5, jobsAtOnce: 2 } }, budget: { dayUsd: 0.04 } };
        const underWay: string[] = [];
        let charged = 0;
        for (const [index, name] of steps.entries()) {
          if (name === 'ask') {
            if (ask(usage, settings, String(index)).allowed) underWay.push(String(index));
          } else {
            const jobId = underWay.shift() ?? 'none';
            const ended = name === 'charge' ? usage.replaceEstimate(jobId, 0.01) : usage.releaseReservation(jobId);
            if (name === 'charge' && ended) charged += 1;
          }
          expect(underWay.length).toBeLessThanOrEqual(2);
          expect(charged + underWay.length).toBeLessThanOrEqual(4);
          expect(usage.of(MEMBER_ID, NOW_MS)).toMatchObject({
            imagesToday: charged + underWay.length,
            jobsUnderWay: underWay.length,
            today: cost(charged * 0.01, underWay.length * 0.01),
          });
        }
      }),
    );
  });
});
