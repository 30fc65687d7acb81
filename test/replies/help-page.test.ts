import { describe, expect, it } from 'vitest';
import { checkBody } from '../../sandbox/discord/rules/index.ts';
import type { JobRefusal } from '../../src/jobs/runner.ts';
import { type HelpFacts, helpPage } from '../../src/replies/help-page.ts';
import { en } from '../../src/texts/en.ts';
import { embedProblems } from '../support/message-limits.ts';
import { CHANNEL_ID, MIDNIGHT_MS } from '../support/settings-fixtures.ts';

const source = { kind: 'default' } as const;
const unlimited = Number.POSITIVE_INFINITY;
const resets = `<t:${MIDNIGHT_MS / 1_000}:R>`;

const page = (change: Partial<HelpFacts> = {}) =>
  helpPage(
    {
      isDirectMessage: false,
      refusal: undefined,
      jobRefusal: undefined,
      channelIds: [],
      examples: [1, 2, 3],
      sizes: ['Square 1:1 (1024×1024)', 'Wide 7:4 (1344×768)'],
      allowance: {
        imagesPerDay: { value: 50, source, used: 12, resetsAtMs: MIDNIGHT_MS },
        jobsAtOnce: { value: 3, source, used: 1 },
        cooldown: { value: 30, source },
      },
      requestLimits: { maxSteps: 40, maxSamples: unlimited, maxMegapixels: unlimited },
      budget: { leftUsd: 0.5, budgetUsd: 2, opensAtMs: MIDNIGHT_MS },
      isPrivateAllowed: true,
      hasLogChannel: true,
      ...change,
    },
    en,
  );
const fieldsOf = (change?: Partial<HelpFacts>) =>
  Object.fromEntries((page(change).embeds[0]?.fields ?? []).map(({ name, value }) => [name, value]));
const buttonsOf = (change?: Partial<HelpFacts>) =>
  page(change).components.flatMap(({ components }) =>
    components.map((button) => ('custom_id' in button ? `${button.custom_id} ${button.label}` : '')),
  );

describe('the help', () => {
  it('says what applies to the member here, with prompts to try', () => {
    expect(fieldsOf()).toMatchObject({
      Sizes: 'Square 1:1 (1024×1024), Wide 7:4 (1344×768)',
      'Your limits': [
        `Images today: 38 of 50 left. Resets ${resets}.`,
        'Concurrent requests: 1 of 3 in the queue or in progress.',
        'Cooldown: 30 s between requests.',
        'Per request: up to 40 steps, 4 samples, and 4.19 megapixels.',
        `Budget of this server: $0.50 of $2.00 left. Resets ${resets}.`,
      ].join('\n'),
      'Private images': en.help.private.allowed,
      'Report an image': en.help.report.menu,
    });
    expect(Object.keys(fieldsOf())).not.toContain('Right now');
    expect(buttonsOf({ examples: [1, 3] })).toEqual([
      `example:1 ${en.help.examples.prompts[0]}`,
      `example:3 ${en.help.examples.prompts[2]}`,
    ]);
  });

  it('knows what a server does not allow', () => {
    const fields = fieldsOf({ isPrivateAllowed: false, hasLogChannel: false, sizes: [], budget: undefined });
    expect(fields).toMatchObject({
      Sizes: en.help.sizes.none,
      'Private images': en.help.private.notAllowed,
      'Report an image': en.help.report.moderator,
    });
    expect(fields['Your limits']).not.toContain('Budget');
  });

  it('names other channels, and offers no prompts, where no images are allowed', () => {
    const change = { refusal: { name: 'channel_not_allowed' }, channelIds: [CHANNEL_ID] } as const;
    expect(fieldsOf(change)['Right now']).toContain(`Try <#${CHANNEL_ID}>.`);
    expect(Object.keys(fieldsOf(change))).not.toContain(en.help.examples.label);
    expect(buttonsOf(change)).toEqual([]);
  });

  it('offers prompts while only a cooldown is to be waited for', () => {
    const refusal = { name: 'cooldown', untilMs: MIDNIGHT_MS, allowed: 30, source } as const;
    expect(fieldsOf({ refusal })['Right now']).toContain(resets);
    expect(buttonsOf({ refusal })).toHaveLength(3);
  });

  it.each<[JobRefusal, string]>([
    [{ name: 'full', minutes: 3 }, 'The queue is full. Try again in about 3 minutes.'],
    [{ name: 'share_full', minutes: 1, isDirectMessage: false }, "This server's share of the queue is full."],
    [{ name: 'stopped', reason: 'credits' }, "I've run out of Segmind credits. Try again later."],
    [{ name: 'restarting' }, "I'm restarting. Try again in a minute."],
  ])('offers no prompts, and says why, while nobody can make anything: %j', (jobRefusal, says) => {
    const { 'Right now': text, 'Try one': tryOne } = fieldsOf({ jobRefusal });
    expect(text).toContain(says);
    expect(text).not.toContain('charged');
    expect(tryOne).toBeUndefined();
    expect(buttonsOf({ jobRefusal })).toEqual([]);
    const refusal = { name: 'cooldown', untilMs: MIDNIGHT_MS, allowed: 30, source } as const;
    expect(fieldsOf({ refusal, jobRefusal })['Right now']).toMatch(/cooldown.*\n.*Try again/);
    expect(buttonsOf({ refusal, jobRefusal })).toEqual([]);
  });

  it('says of servers only how to report an image there in direct messages', () => {
    const fields = fieldsOf({ isDirectMessage: true, budget: undefined });
    expect(Object.keys(fields)).toEqual(['Try one', 'Sizes', 'Your limits', 'Report an image', 'For more']);
    expect(fields['Report an image']).toBe(en.help.report.directMessage);
  });

  it('fits into a message', () => {
    const refusal = { name: 'blocked', kind: 'member', untilMs: MIDNIGHT_MS, reason: '*'.repeat(300) } as const;
    for (const change of [{}, { refusal }]) {
      expect(embedProblems(page(change).embeds)).toEqual([]);
      expect(checkBody('channelMessageCreate', page(change))).toEqual([]);
    }
  });
});
