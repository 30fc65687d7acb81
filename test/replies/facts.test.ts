import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { footerOf, jobText, samplingWords } from '../../src/replies/facts.ts';
import { textsIn } from '../../src/texts/index.ts';
import { makeJob } from '../support/job-fixtures.ts';

const origin = { button: 'new-seed', jobId: '0000000000002', repeatsImage: false } as const;

describe('jobText', () => {
  it('is the prompt, escaped and cut, above the lines', () => {
    const { parameters } = makeJob();
    const job = makeJob({ parameters: { ...parameters, prompt: '**bold** '.repeat(100) } });
    const [prompt = '', ...lines] = jobText(job, 'one', 'two').split('\n');
    expect(prompt).toMatch(/^\\\*\\\*bold\\\*\\\* .*…$/);
    expect(prompt.length).toBeLessThanOrEqual(300);
    expect(lines).toEqual(['', 'one', 'two']);
  });

  it('is the lines alone where nothing can be seen of the prompt', () => {
    const { parameters } = makeJob();
    expect(jobText(makeJob({ parameters: { ...parameters, prompt: '\u200B' } }), 'one')).toBe('one');
  });

  it('says who pressed the button that started it', () => {
    expect(jobText(makeJob({ origin }), 'one')).toBe('a red rose\n\none\nRequested by <@100000000000000003>');
  });

  it.each([
    ['a command started it', makeJob()],
    ['nobody else sees it', makeJob({ origin, isPrivate: true })],
  ])('does not say who asked for it where %s', (_, job) => {
    expect(jobText(job, 'one')).toBe('a red rose\n\none');
  });

  it('does not say who asked for it in direct messages', () => {
    const { guildId: _, ...job } = makeJob({ origin });
    expect(jobText(job, 'one')).toBe('a red rose\n\none');
  });

  it('links to the image that was edited, also in direct messages, in a private message and in a shared one', () => {
    const edited = { ...origin, button: 'edit', messageId: '600000000000000006' } as const;
    const { guildId: _, ...job } = makeJob({ origin: edited });
    const link = (place?: string) =>
      `Edited from [this image](https://discord.com/channels/${place}/${job.channelId}/600000000000000006)`;
    expect(
      jobText({ ...job, guildId: '9' }, 'one')
        .split('\n')
        .slice(2),
    ).toEqual(['one', 'Requested by <@100000000000000003>', link('9')]);
    expect(jobText(job, 'one').split('\n').slice(2)).toEqual(['one', link('@me')]);
    const elsewhere = { ...edited, channelId: '300000000000000009' };
    expect(jobText({ ...job, origin: elsewhere }, 'one')).toContain(
      '(https://discord.com/channels/@me/300000000000000009/600000000000000006)',
    );
    const inServer = { ...edited, guildId: '9' };
    expect(
      jobText({ ...job, origin: inServer }, 'one')
        .split('\n')
        .slice(2),
    ).toEqual(['one', link('9')]);
    const server = makeJob({ origin: edited });
    const linesWith = (change: Partial<Job>) =>
      jobText({ ...server, ...change }, 'one')
        .split('\n')
        .slice(2);
    expect(linesWith({ isPrivate: true })).toEqual(['one', link(server.guildId)]);
    expect(linesWith({ sharedAtMs: 1 })).toEqual(['one', 'Shared by <@100000000000000003>', link(server.guildId)]);
  });
});

describe('samplingWords', () => {
  it('tells how many samples there are where there are more than one', () => {
    const { parameters } = makeJob();
    const wordsOf = (samples: number) => samplingWords({ ...parameters, samples }, textsIn('en'));
    expect(wordsOf(1)).toEqual(['30 steps', 'guidance 7', 'DPM2 Karras']);
    expect(wordsOf(4)).toEqual(['30 steps', 'guidance 7', 'DPM2 Karras', '4 samples']);
  });
});

describe('footerOf', () => {
  const locale = 'en-US';
  const isPrivate = true;
  it.each([
    [{ isPrivate, guildId: '1', locale }, [], 'Moderators can see the prompt.'],
    [{ isPrivate, guildId: '1', locale }, ['A', 'B'], 'A · B · Moderators can see the prompt.'],
    [{ isPrivate: false, guildId: '1', locale }, ['A', 'B'], 'A · B'],
    [{ isPrivate, locale }, ['A'], 'A'],
  ])('of %j with %j', (job, notes, text) => {
    expect(footerOf(job, notes)).toEqual({ footer: { text } });
  });

  it('is none where there is nothing to say', () => {
    expect(footerOf({ isPrivate: false, guildId: '1', locale })).toEqual({});
  });
});
