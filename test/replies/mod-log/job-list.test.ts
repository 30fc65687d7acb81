import { expect, it } from 'vitest';
import { jobList } from '../../../src/replies/mod-log/job-list.ts';
import { en } from '../../../src/texts/en.ts';
import { makeJob, makeJobIn } from '../../support/job-fixtures.ts';
import { embedProblems } from '../../support/message-limits.ts';

const facts = { submittedAtMs: 0, renderedAtMs: 1, imageCount: 1, imageUrls: [], imageFiles: [] };
const at = { receivedAtMs: 1_790_000_000_000 };

it('has a line for each job: what became of it, when, its prompt, its reference and the way to it', () => {
  const delivered = makeJobIn({ name: 'delivered', ...facts }, at);
  const hidden = makeJobIn({ name: 'delivered', ...facts }, { ...at, isPrivate: true });
  const { description = '' } = jobList('<@1>', [delivered, hidden, makeJob(at)], en);
  expect(description.split('\n').slice(0, 4)).toEqual([
    'The latest requests of <@1>:',
    '**Delivered** · <t:1790000000:R> · “a red rose” · `0000000000001` · [Jump to image](https://discord.com/channels/100000000000000009/100000000000000004/100000000000000005)',
    '**Delivered** · <t:1790000000:R> · private · “a red rose” · `0000000000001`',
    '**In progress** · <t:1790000000:R> · “a red rose” · `0000000000001`',
  ]);
});

it('fits ten jobs with the longest prompts into an embed', () => {
  const parameters = { ...makeJob().parameters, prompt: '*'.repeat(1_500) };
  const ids = { guildId: '1'.repeat(20), channelId: '1'.repeat(20), messageIds: ['1'.repeat(20)] };
  const job = makeJobIn({ name: 'delivered', ...facts }, { parameters, ...ids });
  const list = Array.from({ length: 10 }, () => job);
  expect(embedProblems([jobList(`<@${'1'.repeat(20)}>`, list, en)])).toEqual([]);
});
