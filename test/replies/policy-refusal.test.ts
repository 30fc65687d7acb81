import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyRefusalText } from '../../src/replies/policy-refusal.ts';
import { decide } from '../../src/settings/policy.ts';
import type { PolicyRefusal } from '../../src/settings/policy-refusal.ts';
import { directMessageRules } from '../../src/settings/rules.ts';
import { en } from '../../src/texts/en.ts';
import { texts } from '../support/settings-arbitraries.ts';
import { NO_CEILINGS, nothingUsed } from '../support/settings-fixtures.ts';

const role = '123456789012345678';
const channel = '223456789012345678';
const server = { texts: en, isDirectMessage: false, channelIds: [] };
const everyone = { kind: 'everyone' } as const;
const ofRole = { kind: 'role', roleId: role } as const;
const midnightMs = Date.UTC(2026, 10, 23);
const midnight = `<t:${midnightMs / 1_000}:R>`;
const day = { name: 'images_per_day', resetsAtMs: midnightMs, source: everyone } as const;
const budget = { name: 'budget', period: 'day', budgetUsd: 5 } as const;

/** A refusal, what its text says that happened and what helps, and the subcommand that sets it. */
const table: [PolicyRefusal, string, string, string][] = [
  [
    { name: 'blocked', kind: 'member' },
    'Moderators have blocked you from making images in this server until they lift the block.',
    "Ask a moderator if you think that's a mistake.",
    'block',
  ],
  [
    { name: 'blocked', kind: 'role', untilMs: 5_001, reason: '*spam*' },
    'Moderators have blocked one of your roles from making images in this server. The block ends <t:6:R>, <t:6:f>. Reason: “\\*spam\\*”.',
    "Ask a moderator if you think that's a mistake.",
    'block',
  ],
  [
    { name: 'paused', reason: 'raid', sinceMs: 7_000 },
    'Moderators paused images in this server <t:7:R>. Reason: “raid”.',
    'Try again when they resume. Requests that are already in the queue still run.',
    'pause',
  ],
  [
    { name: 'channel_denied', placeId: channel },
    `Images are turned off in <#${channel}>.`,
    'Try another channel.',
    'channels',
  ],
  [{ name: 'channel_not_allowed' }, 'Images are turned off in this channel.', 'Try another channel.', 'channels'],
  [
    { name: 'channel_unknown' },
    "I can't tell whether images are allowed here: I can't see which channel or category this belongs to.",
    'Try another channel. Or ask a moderator to give me View Channel here.',
    'channels',
  ],
  [
    { name: 'not_age_restricted' },
    'This server allows images only in age-restricted channels.',
    'Try an age-restricted channel.',
    'safety',
  ],
  [
    { name: 'private_not_allowed' },
    "This server doesn't allow private images.",
    'Use `/timeless` or `/timeless-compose` with `private:False`.',
    'safety',
  ],
  [
    { name: 'filtered', field: 'prompt' },
    "Your prompt has a word or phrase that this server's filter blocks.",
    'Use `/timeless` with another prompt.',
    'filter',
  ],
  [
    { name: 'filtered', field: 'negativePrompt' },
    "Your negative prompt has a word or phrase that this server's filter blocks.",
    'Use `/timeless` with another negative prompt.',
    'filter',
  ],
  [
    { name: 'filtered', field: 'style' },
    "This style has a word or phrase that this server's filter blocks, alone or together with your prompt.",
    'Use `/timeless` with another style.',
    'filter',
  ],
  [
    { name: 'above_limit', limit: 'maxSteps', asked: 80, allowed: 40, source: everyone },
    'The limit for everyone here is 40 steps, and this request has 80.',
    'Use `/timeless` with `steps` of 40 or less.',
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxSteps', asked: 80, allowed: 10, source: everyone },
    "You can't make images here: the limit for everyone here is 10 steps, and every request needs at least 20.",
    "Ask a moderator if you think that's a mistake.",
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxSamples', asked: 4, allowed: 1, source: ofRole },
    `The limit for your role <@&${role}> is 1 sample, and this request has 4.`,
    'Use `/timeless` with `samples` of 1 or less.',
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxSamples', asked: 1, allowed: 0, source: everyone },
    "You can't make images here: the limit for everyone here is 0 samples.",
    "Ask a moderator if you think that's a mistake.",
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxMegapixels', asked: 1.048576, allowed: 1, source: everyone },
    'The limit for everyone here is 1 megapixel, and this request has 1.05.',
    'Use `/timeless` with a smaller size: 1000×1000 fits.',
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxMegapixels', asked: 1.003968, allowed: 1.003, source: everyone },
    'The limit for everyone here is 1.003 megapixels, and this request has 1.003968.',
    'Use `/timeless` with a smaller size: 1000×1000 fits.',
    'limits',
  ],
  [
    { name: 'cooldown', untilMs: 9_500, allowed: 90, source: everyone },
    "Slow down: there's a 1 min 30 s cooldown for everyone here.",
    'You can go again <t:10:R>.',
    'limits',
  ],
  [
    { name: 'jobs_at_once', underWay: 3, allowed: 3, source: everyone },
    'You have 3 requests waiting or running, and the limit for everyone here is 3 concurrent requests.',
    'Wait until one is finished, or cancel one that is still in the queue.',
    'limits',
  ],
  [
    { name: 'jobs_at_once', underWay: 0, allowed: 0, source: everyone },
    "You can't make images here: the limit for everyone here is 0 concurrent requests.",
    "Ask a moderator if you think that's a mistake.",
    'limits',
  ],
  [
    { ...day, allowed: 50, used: 48, asked: 4 },
    "The limit for everyone here is 50 images per day. You've used 48, and this request needs 4 more.",
    `Use \`/timeless\` with \`samples\` of 2 or less, or wait: your count resets ${midnight}.`,
    'limits',
  ],
  [
    { ...day, allowed: 50, used: 50, asked: 1 },
    "The limit for everyone here is 50 images per day. You've used 50, and this request needs 1 more.",
    `You can make more images ${midnight}.`,
    'limits',
  ],
  [
    { ...day, allowed: 2, used: 2, asked: 4 },
    "The limit for everyone here is 2 images per day. You've used 2, and this request needs 4 more.",
    `You can make more images ${midnight}: use \`/timeless\` with \`samples\` of 2 or less.`,
    'limits',
  ],
  [
    { ...day, allowed: 1, used: 3, asked: 1 },
    "The limit for everyone here is 1 image per day. You've used 3, and this request needs 1 more.",
    `You can make more images ${midnight}.`,
    'limits',
  ],
  [
    { ...day, allowed: 0, used: 0, asked: 1 },
    "You can't make images here: the limit for everyone here is 0 images per day.",
    "Ask a moderator if you think that's a mistake.",
    'limits',
  ],
  [
    { ...budget, usedUsd: 4.995, estimateUsd: 0.0103, opensAtMs: midnightMs },
    "This server's budget of $5.00 for today is used up.",
    `The budget resets ${midnight}.`,
    'budget',
  ],
  [
    { ...budget, period: 'month', usedUsd: 4.986, estimateUsd: 0.0141, opensAtMs: midnightMs },
    "This would cost about $0.02, and only $0.01 of this server's budget of $5.00 for this month is left.",
    `The budget resets ${midnight}.`,
    'budget',
  ],
  [
    { ...budget, period: 'month', budgetUsd: 0.01, usedUsd: 0, estimateUsd: 0.04 },
    "This would cost about $0.04, and this server's whole budget per month is $0.01.",
    'Use `/timeless` with fewer samples, fewer steps or a smaller size.',
    'budget',
  ],
  [
    { ...budget, budgetUsd: 0, usedUsd: 0, estimateUsd: 0.01 },
    "This server's budget per day is $0.00, so nobody can make images here.",
    "Ask a moderator if you think that's a mistake.",
    'budget',
  ],
];

describe('policyRefusalText', () => {
  it.each(table)('of %j says what happened, what helps, and where it is set', (refusal, what, advice, command) => {
    const setBy = `-# Moderators can change this with \`/timeless-config ${command}\`.`;
    expect(policyRefusalText(refusal, server)).toBe(`${what} You weren't charged. ${advice}\n${setBy}`);
  });

  it.each<[PolicyRefusal, string]>([
    [
      { name: 'too_long', field: 'prompt', length: 4_012, maxLength: 4_000, isStyled: true },
      "Your prompt has 4,012 characters with what the style adds, and the limit is 4,000. You weren't charged. Shorten it by 12, or use another style.",
    ],
    [
      { name: 'too_long', field: 'negativePrompt', length: 3_002, maxLength: 2_000, isStyled: true },
      "Your negative prompt has 3,002 characters with what the style and this server add, and the limit is 2,000. You weren't charged. Shorten it by 1,002, or use another style.",
    ],
    [
      { name: 'too_long', field: 'negativePrompt', length: 2_004, maxLength: 2_000, isStyled: false },
      "Your negative prompt has 2,004 characters with what this server adds, and the limit is 2,000. You weren't charged. Shorten it by 4.",
    ],
  ])('of %j says by how much, and names nobody who could change that', (refusal, text) => {
    expect(policyRefusalText(refusal, server)).toBe(text);
    expect(policyRefusalText(refusal, { ...server, used: 'button' })).toBe(
      text.replace('Shorten', 'Use Edit to shorten').replace(', or use another style', ''),
    );
  });

  it.each<[PolicyRefusal, string]>([
    [{ name: 'filtered', field: 'prompt' }, 'Press Edit again and use another prompt.'],
    [{ name: 'filtered', field: 'negativePrompt' }, 'Press Edit again and use another negative prompt.'],
    [
      { name: 'filtered', field: 'style' },
      'or copy yours into `/timeless-compose`, which makes images without a style.',
    ],
    [{ name: 'private_not_allowed' }, 'Press Edit again to copy your prompt, and use it in `/timeless-compose` with'],
    [
      { name: 'too_long', field: 'prompt', length: 4_012, maxLength: 4_000, isStyled: true },
      'Press Edit again and shorten it by 12.',
    ],
    [
      { name: 'above_limit', limit: 'maxSteps', asked: 50, allowed: 40, source: everyone },
      'Press Edit again and choose `steps` of 40 or less.',
    ],
    [
      { name: 'above_limit', limit: 'maxMegapixels', asked: 1, allowed: 0.5, source: everyone },
      'Press Edit again and choose a smaller size, or use `/timeless`: 704×704 fits.',
    ],
    [
      { name: 'above_limit', limit: 'maxSamples', asked: 4, allowed: 1, source: everyone },
      'Use `/timeless` with `samples` of 1 or less.',
    ],
    [
      { ...budget, budgetUsd: 0.01, usedUsd: 0, estimateUsd: 0.04 },
      'Press Edit again and choose fewer steps or a smaller size, or use `/timeless` with fewer samples.',
    ],
  ])('of %j, which a form asked for, says what helps in the form', (refusal, says) => {
    expect(policyRefusalText(refusal, { ...server, used: 'form' })).toContain(says);
  });

  it.each<[PolicyRefusal, string]>([
    [{ name: 'channel_denied', placeId: channel }, 'Try <#1>, <#2>, or <#3>.'],
    [{ name: 'channel_not_allowed' }, 'Try <#1>, <#2>, or <#3>.'],
    [{ name: 'channel_unknown' }, 'Try <#1>, <#2>, or <#3>. Or ask'],
    [{ name: 'not_age_restricted' }, 'Try <#1>, <#2>, or <#3>.'],
  ])('of %j names the channels to use instead', (refusal, says) => {
    const channelIds = ['1', '2', '3'].map((digit) => `22345678901234567${digit}`);
    const text = policyRefusalText(refusal, { ...server, channelIds });
    expect(text.replace(/22345678901234567(?=\d>)/g, '')).toContain(says);
  });

  it('names no more than five channels', () => {
    const channelIds = Array.from({ length: 100 }, () => channel);
    const text = policyRefusalText({ name: 'channel_not_allowed' }, { ...server, channelIds });
    expect(text.match(/<#\d+>/g)).toHaveLength(5);
  });

  it.each([
    [0, 0, "I don't make images in direct messages. You weren't charged. Use `/timeless` in a server."],
    [5, 5, "The limit in direct messages is 5 images per day. You've used 5"],
  ])('in direct messages with %i images a day, %i of them used, speaks of the operator', (allowed, used, says) => {
    const usage = {
      imagesToday: used,
      jobsUnderWay: 0,
      today: { spentUsd: 0, reservedUsd: 0 },
      thisMonth: { spentUsd: 0, reservedUsd: 0 },
    };
    const channelFacts = { placeIds: [], isComplete: true, isAgeRestricted: undefined };
    const request = {
      prompt: 'a rose',
      samples: 1,
      steps: 30,
      width: 1_024,
      height: 1_024,
      isPrivate: false,
      estimateUsd: 0.01,
    };
    const decision = decide(
      { ...directMessageRules(allowed), ceilings: NO_CEILINGS },
      { id: '1', roleIds: [] },
      channelFacts,
      request,
      { ...nothingUsed, ...usage },
      0,
    );
    if (decision.allowed) throw new Error('It was allowed.');
    const text = policyRefusalText(decision.reason, { ...server, isDirectMessage: true });
    expect(text).toContain(says);
    expect(text).toContain("\n-# The bot's operator sets this limit.");
    expect(text).not.toContain('oderator');
    expect(text).not.toContain('timeless-config');
  });

  it('fits into a message, and no text of a moderator’s comes to life in it', () => {
    const anyRefusal: fc.Arbitrary<PolicyRefusal> = fc.oneof(
      fc.record({ name: fc.constant('blocked' as const), kind: fc.constant('member' as const), reason: texts(300) }),
      fc.record({ name: fc.constant('paused' as const), reason: texts(300), sinceMs: fc.nat() }),
    );
    fc.assert(
      fc.property(anyRefusal, (refusal) => {
        const text = policyRefusalText(refusal, server);
        expect(text.length).toBeLessThanOrEqual(2_000);
        expect(text).not.toMatch(/(?<!\\)[*|[\]_]|(?<!\\)@(?!&)/);
      }),
    );
  });
});
