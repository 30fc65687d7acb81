import { describe, expect, it } from 'vitest';
import type { JobState } from '../../../src/jobs/job.ts';
import { chargeOf, fullCostOf } from '../../../src/jobs/upkeep/job-charge.ts';
import { makeJob } from '../../support/job-fixtures.ts';

const facts = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: [], imageFiles: [] };
const failed = (failure: Extract<JobState, { name: 'failed' }>['failure']): JobState => ({ name: 'failed', failure });

describe('chargeOf', () => {
  it.each<[string, JobState, boolean]>([
    ['cancelled', { name: 'cancelled', cancelledBy: '1' }, false],
    ['dropped from the queue', { name: 'queued', queuedAtMs: 1, isFirst: false, hasRetried: false }, false],
    ['delivered', { name: 'delivered', ...facts }, true],
    ['of unknown outcome', { name: 'unknown' }, true],
    ['refused by the model', failed({ kind: 'inference_failed', detail: '' }), false],
    ['never submitted', failed({ kind: 'waited_too_long' }), false],
    ['stopped', failed({ kind: 'stopped', reason: 'credits' }), false],
    ['painted and lost', failed({ kind: 'images_unavailable', links: [] }), true],
    ['gone at the provider', failed({ kind: 'result_expired' }), true],
    ['broken', failed({ kind: 'internal' }), true],
    ['broken before anything was sent', failed({ kind: 'not_submitted' }), false],
  ])('says whether a job that is %s was charged', (_, state, isCharged) => {
    expect(chargeOf(makeJob({ state }))).toEqual({ jobId: '0000000000001', guildId: makeJob().guildId, isCharged });
  });

  it('has a full cost only for a job with all requested images', () => {
    const done = makeJob({ state: { name: 'delivered', ...facts }, costUsd: 0.02 });
    expect(fullCostOf(done)).toBe(0.02);
    expect(fullCostOf({ ...done, parameters: { ...done.parameters, samples: 2 } })).toBeUndefined();
  });

  it('counts a cost that the provider reported as charged, whatever the outcome', () => {
    const state = failed({ kind: 'server_error', status: 500 });
    expect(chargeOf(makeJob({ state, costUsd: 0.02 }))).toMatchObject({ isCharged: true, costUsd: 0.02 });
  });
});
