import { expect, it } from 'vitest';
import { originOf } from '../../src/commands/origin.ts';
import type { Job, JobState } from '../../src/jobs/job.ts';
import { makeJob } from '../support/job-fixtures.ts';

const delivered: JobState = {
  name: 'delivered',
  requestId: 'r',
  submittedAtMs: 0,
  renderedAtMs: 1,
  imageCount: 1,
  imageUrls: [],
  imageFiles: [],
};
const failed: JobState = { name: 'failed', failure: { kind: 'inference_failed', detail: '' } };

it.each<[string, Partial<Job>, boolean]>([
  ['a public image', {}, true],
  ['a private image', { isPrivate: true }, false],
  ['a failure, whose message has no image', { state: failed }, false],
  ['an image whose message is not known', { messageIds: [] }, false],
])('an edited image links to %s or not', (_, change, isLinked) => {
  const job = makeJob({ guildId: '5', messageIds: ['7'], state: delivered, ...change });
  const request = { ...makeJob({ guildId: '5' }), parameters: { ...job.parameters, prompt: 'another' } };
  expect('messageId' in originOf({ button: 'edit', job }, request)).toBe(isLinked);
});
