import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyRefusalText } from '../../src/replies/policy-refusal.ts';
import { decide } from '../../src/settings/policy.ts';
import type { Refusal } from '../../src/settings/refusal.ts';
import { directMessageRules } from '../../src/settings/rules.ts';
import { textsIn } from '../../src/texts/index.ts';
import { snowflakes, texts } from '../support/settings-arbitraries.ts';
import { NO_CEILINGS, nothingUsed } from '../support/settings-fixtures.ts';

const role = '123456789012345678';
const channel = '223456789012345678';
const server = { isDirectMessage: false, texts: textsIn('en') };
const everyone = { kind: 'everyone' } as const;
const ofRole = { kind: 'role', roleId: role } as const;
const midnightMs = Date.UTC(2026, 10, 23);
const midnight = `<t:${midnightMs / 1_000}:R> (2026-11-23 00:00 UTC)`;
const day = { name: 'images_per_day', resetsAtMs: midnightMs, source: everyone } as const;
const budget = { name: 'budget', period: 'day', budgetUsd: 5 } as const;

/** A refusal, all of these sentences that its text has, and the subcommand that sets it. */
const table: [Refusal, string[], string][] = [
  [
    { name: 'blocked', kind: 'member' },
    ['have blocked you from making images in this server, until they lift it'],
    'block',
  ],
  [
    { name: 'blocked', kind: 'role', untilMs: 5_001, reason: '*spam*' },
    ['have blocked one of your roles', 'It ends <t:6:R> (<t:6:f>)', 'Reason: “\\*spam\\*”.', 'Ask a moderator'],
    'block',
  ],
  [
    { name: 'paused', reason: 'raid', sinceMs: 7_000 },
    ['paused making images in this server <t:7:R>', 'Reason: “raid”.', 'runs on'],
    'pause',
  ],
  [{ name: 'channel_denied', placeId: channel }, [`can't be made in <#${channel}>`, 'another channel'], 'channels'],
  [
    { name: 'channel_not_allowed', allowedIds: [channel, role] },
    [`can be made in: <#${channel}>, <#${role}>.`],
    'channels',
  ],
  [{ name: 'channel_unknown' }, ["can't find out which channel or category", 'View Channel'], 'channels'],
  [{ name: 'not_age_restricted' }, ['only be made in age-restricted channels'], 'safety'],
  [{ name: 'private_not_allowed' }, ['without `private`'], 'safety'],
  [{ name: 'filtered', field: 'prompt' }, ['The prompt has a word or phrase', 'another prompt', 'no limit'], 'filter'],
  [{ name: 'filtered', field: 'negativePrompt' }, ['The negative prompt has a word or phrase'], 'filter'],
  [
    { name: 'above_limit', limit: 'maxSteps', asked: 80, allowed: 40, source: everyone },
    ['80 steps are too many: at most 40 are allowed for everyone here', '`steps` of 40 or less'],
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxSteps', asked: 80, allowed: 10, source: everyone },
    ["You can't make images here", 'is set to 10, and none takes less than 20'],
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxSamples', asked: 4, allowed: 1, source: ofRole },
    [`4 samples are too many: at most 1 is allowed for your role <@&${role}>`],
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxSamples', asked: 1, allowed: 0, source: everyone },
    ["You can't make images here: most samples for everyone here is set to none."],
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxMegapixels', asked: 1.048576, allowed: 1, source: everyone },
    ['1.05 megapixels are too many: at most 1 is allowed', '1000×1000 fits'],
    'limits',
  ],
  [
    { name: 'above_limit', limit: 'maxMegapixels', asked: 1.003968, allowed: 1.003, source: everyone },
    ['1.003968 megapixels are too many: at most 1.003 are'],
    'limits',
  ],
  [
    { name: 'cooldown', untilMs: 9_500, allowed: 90, source: everyone },
    ['A pause of 1 min 30 s between two requests holds for everyone here', 'again <t:10:R>'],
    'limits',
  ],
  [
    { name: 'jobs_at_once', underWay: 3, allowed: 3, source: everyone },
    ['You have 3 waiting in line or under way, and at most 3 at a time are allowed', 'cancel one'],
    'limits',
  ],
  [
    { name: 'jobs_at_once', underWay: 0, allowed: 0, source: everyone },
    ['jobs at a time for everyone here is set to none'],
    'limits',
  ],
  [
    { ...day, allowed: 50, used: 48, asked: 4 },
    [
      '50 images a day are allowed for everyone here',
      'used 48, and this would be 4 more',
      '`samples` of 2 or less now',
      `anew ${midnight}`,
    ],
    'limits',
  ],
  [{ ...day, allowed: 50, used: 50, asked: 1 }, [`You can make more ${midnight}.`], 'limits'],
  [
    { ...day, allowed: 2, used: 2, asked: 4 },
    [`You can make more ${midnight}, with`, '`samples` of 2 or less'],
    'limits',
  ],
  [{ ...day, allowed: 1, used: 3, asked: 1 }, ['1 image a day is allowed', 'used 3'], 'limits'],
  [{ ...day, allowed: 0, used: 0, asked: 1 }, ['images a day for everyone here is set to none'], 'limits'],
  [
    { ...budget, usedUsd: 4.995, estimateUsd: 0.0103, opensAtMs: midnightMs },
    ['US$ 0.005 of US$ 5.00 is left', 'would cost about US$ 0.0103', `opens again ${midnight}`],
    'budget',
  ],
  [
    { ...budget, period: 'month', budgetUsd: 0.01, usedUsd: 0, estimateUsd: 0.04 },
    ['US$ 0.01 is all that this server may spend in a month', 'about US$ 0.04', 'fewer samples'],
    'budget',
  ],
  [{ ...budget, budgetUsd: 0, usedUsd: 0, estimateUsd: 0.01 }, ['budget for a day is set to nothing'], 'budget'],
];

describe('policyRefusalText', () => {
  it.each(table)('of %j says what is allowed, what helps, and where it is set', (refusal, sentences, command) => {
    const text = policyRefusalText(refusal, server);
    for (const sentence of sentences) expect(text).toContain(sentence);
    expect(text).toContain(`Moderators set this with \`/timeless-config ${command}\`.`);
    expect(text).toMatch(/ Nothing was started\.$/);
  });

  it('never says the same of two refusals', () => {
    const all = table.map(([refusal]) => policyRefusalText(refusal, server));
    expect(new Set(all).size).toBe(all.length);
  });

  it('says how many channels it has no room for', () => {
    const allowedIds = Array.from({ length: 100 }, () => channel);
    const text = policyRefusalText({ name: 'channel_not_allowed', allowedIds }, server);
    expect(text).toMatch(/<#\d+>, … and \d+ more\. Moderators/);
    expect(text.length).toBeLessThan(1_000);
  });

  it.each([
    [0, 0, 'The bot makes no images in direct messages. Use it in a server.'],
    [5, 5, '5 images a day are allowed in direct messages. You have used 5'],
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
    const text = policyRefusalText(decision.reason, { isDirectMessage: true, texts: textsIn('en') });
    expect(text).toContain(says);
    expect(text).toContain("The bot's operator sets this. Nothing was started.");
    expect(text).not.toContain('oderator');
    expect(text).not.toContain('timeless-config');
  });

  it('fits into a message, and no text of a moderator’s comes to life in it', () => {
    const anyRefusal: fc.Arbitrary<Refusal> = fc.oneof(
      fc.record({ name: fc.constant('blocked' as const), kind: fc.constant('member' as const), reason: texts(300) }),
      fc.record({ name: fc.constant('paused' as const), reason: texts(300), sinceMs: fc.nat() }),
      fc.record({
        name: fc.constant('channel_not_allowed' as const),
        allowedIds: fc.array(snowflakes, { maxLength: 100, size: 'max' }),
      }),
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
