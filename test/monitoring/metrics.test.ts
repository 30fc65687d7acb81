import { expect, it } from 'vitest';
import { createMetrics } from '../../src/monitoring/index.ts';
import { makeJob } from '../support/job-fixtures.ts';

it('counts ended jobs from 0 on, so that the first one is seen as an increase', async () => {
  const metrics = createMetrics();
  const ended = async () => [...(await metrics.text()).matchAll(/^timeless_jobs_ended_total\{(.*)\} (\d+)$/gm)];
  const before = await ended();
  expect(before.map(([, labels]) => labels)).toContain('outcome="delivered",failure=""');
  expect(before.map(([, labels]) => labels)).toContain('outcome="failed",failure="undeliverable"');
  expect(before.filter(([, , count]) => count !== '0')).toEqual([]);
  const job = makeJob({ state: { name: 'failed', failure: { kind: 'server_error', status: 500 } } });
  metrics.onJobEvent({ name: 'stepped', job, from: 'submitting' });
  const after = await ended();
  expect(after).toHaveLength(before.length);
  expect(after.filter(([, , count]) => count !== '0').map(([, labels]) => labels)).toEqual([
    'outcome="failed",failure="server_error"',
  ]);
});
