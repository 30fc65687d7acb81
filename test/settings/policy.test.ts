import { describe, expect, it } from 'vitest';
import { decide } from '../../src/settings/policy.ts';
import { directMessageRules } from '../../src/settings/rules.ts';
import {
  CATEGORY_ID,
  CHANNEL_ID,
  channel,
  decideFor,
  ELSEWHERE_ID,
  MEMBER_ID,
  MIDNIGHT_MS,
  MODERATOR_ID,
  NEXT_MONTH_MS,
  NO_CEILINGS,
  NOW_MS,
  nothingUsed,
  OTHER_ID,
  ROLES,
  request,
  type Situation,
  THREAD_ID,
  thread,
} from '../support/settings-fixtures.ts';

const [ROLE, BETTER_ROLE, THIRD_ROLE] = ROLES;
const everyone = (limits: object) => ({ limits: { everyone: limits } });
const roles = (byRole: object, forEveryone: object = {}) => ({ limits: { everyone: forEveryone, roles: byRole } });
const block = (change: object = {}) => ({
  blocks: [{ kind: 'member', id: MEMBER_ID, byId: MODERATOR_ID, atMs: 1, ...change }],
});
const unknownThread = { placeIds: [THREAD_ID, CHANNEL_ID], isComplete: false, isAgeRestricted: undefined };
const spent = (spentUsd: number, reservedUsd = 0) => ({ spentUsd, reservedUsd });
const fromDefault = { source: { kind: 'default' } };
const fromEveryone = { source: { kind: 'everyone' } };
const fromRole = (roleId: string) => ({ source: { kind: 'role', roleId } });

/** Each row: its title, the situation, and the refusal, or undefined if the request is allowed. */
type Row = readonly [name: string, situation: Situation, refusal?: object];

const TABLES: Record<string, readonly Row[]> = {
  'without settings': [
    ['a usual request', {}],
    ['the last of 50 images', { usage: { imagesToday: 49 } }],
    [
      'the 51st image',
      { usage: { imagesToday: 50 } },
      { name: 'images_per_day', allowed: 50, used: 50, asked: 1, resetsAtMs: MIDNIGHT_MS, ...fromDefault },
    ],
    [
      'more samples than are left',
      { usage: { imagesToday: 47 }, request: { samples: 4 } },
      { name: 'images_per_day', allowed: 50, used: 47, asked: 4, resetsAtMs: MIDNIGHT_MS, ...fromDefault },
    ],
    ['the third job', { usage: { jobsUnderWay: 2 } }],
    [
      'the fourth job',
      { usage: { jobsUnderWay: 3 } },
      { name: 'jobs_at_once', allowed: 3, underWay: 3, ...fromDefault },
    ],
    ['a request right after another', { usage: { lastAcceptedAtMs: NOW_MS } }],
    ['all that the provider takes', { request: { samples: 4, steps: 100, width: 2048, height: 2048, estimateUsd: 1 } }],
    ['private', { request: { isPrivate: true } }],
    ['a thread of nobody knows what', { channel: unknownThread }],
  ],
  'by limits for everyone': [
    ['0 images', { settings: everyone({ imagesPerDay: 0 }) }, { name: 'images_per_day', allowed: 0, ...fromEveryone }],
    ['no limit of images', { settings: everyone({ imagesPerDay: -1 }), usage: { imagesToday: 1_000_000 } }],
    ['0 jobs', { settings: everyone({ jobsAtOnce: 0 }) }, { name: 'jobs_at_once', allowed: 0, underWay: 0 }],
    ['no limit of jobs', { settings: everyone({ jobsAtOnce: -1 }), usage: { jobsUnderWay: 1_000 } }],
    ['as many steps as allowed', { settings: everyone({ maxSteps: 30 }) }],
    [
      'one step more',
      { settings: everyone({ maxSteps: 29 }) },
      { name: 'above_limit', limit: 'maxSteps', asked: 30, allowed: 29, ...fromEveryone },
    ],
    ['as many samples as allowed', { settings: everyone({ maxSamples: 2 }), request: { samples: 2 } }],
    [
      'one sample more',
      { settings: everyone({ maxSamples: 2 }), request: { samples: 3 } },
      { name: 'above_limit', limit: 'maxSamples', asked: 3, allowed: 2 },
    ],
    ['1024×1024 within 1.05 megapixels', { settings: everyone({ maxMegapixels: 1.05 }) }],
    [
      '1024×1024 against 1 megapixel',
      { settings: everyone({ maxMegapixels: 1 }) },
      { name: 'above_limit', limit: 'maxMegapixels', asked: 1.048576, allowed: 1 },
    ],
    [
      'a moment before the cooldown ends',
      { settings: everyone({ cooldownSeconds: 60 }), usage: { lastAcceptedAtMs: NOW_MS - 59_999 } },
      { name: 'cooldown', untilMs: NOW_MS + 1, allowed: 60, ...fromEveryone },
    ],
    [
      'when the cooldown ends',
      { settings: everyone({ cooldownSeconds: 60 }), usage: { lastAcceptedAtMs: NOW_MS - 60_000 } },
    ],
    ['a cooldown before the first request', { settings: everyone({ cooldownSeconds: 86_400 }) }],
    ['a cooldown of -1', { settings: everyone({ cooldownSeconds: -1 }), usage: { lastAcceptedAtMs: NOW_MS } }],
  ],
  'by limits for roles': [
    [
      'the role of others',
      { settings: roles({ [ROLE]: { imagesPerDay: -1 } }), usage: { imagesToday: 50 } },
      { name: 'images_per_day', ...fromDefault },
    ],
    [
      'one role, even if it is less generous than everyone',
      {
        settings: roles({ [ROLE]: { imagesPerDay: 1 } }, { imagesPerDay: -1 }),
        roleIds: [ROLE],
        usage: { imagesToday: 1 },
      },
      { name: 'images_per_day', allowed: 1, ...fromRole(ROLE) },
    ],
    [
      'the most generous of several',
      {
        settings: roles({ [ROLE]: { imagesPerDay: 1 }, [BETTER_ROLE]: { imagesPerDay: 5 }, [THIRD_ROLE]: {} }),
        roleIds: ROLES,
        usage: { imagesToday: 5 },
      },
      { name: 'images_per_day', allowed: 5, ...fromRole(BETTER_ROLE) },
    ],
    [
      'no limit over any number',
      {
        settings: roles({ [ROLE]: { imagesPerDay: 100_000 }, [BETTER_ROLE]: { imagesPerDay: -1 } }),
        roleIds: [ROLE, BETTER_ROLE],
        usage: { imagesToday: 100_000 },
      },
    ],
    [
      'the shortest cooldown',
      {
        settings: roles(
          { [ROLE]: { cooldownSeconds: 60 }, [BETTER_ROLE]: { cooldownSeconds: 10 } },
          { cooldownSeconds: 0 },
        ),
        roleIds: [ROLE, BETTER_ROLE],
        usage: { lastAcceptedAtMs: NOW_MS - 9_000 },
      },
      { name: 'cooldown', untilMs: NOW_MS + 1_000, allowed: 10, ...fromRole(BETTER_ROLE) },
    ],
    [
      'each limit by itself',
      {
        settings: roles({ [ROLE]: { maxSteps: 100 } }, { maxSteps: 20, maxSamples: 1 }),
        roleIds: [ROLE],
        request: { steps: 100, samples: 2 },
      },
      { name: 'above_limit', limit: 'maxSamples', allowed: 1, ...fromEveryone },
    ],
  ],
  'by channels': [
    ['an allowed channel', { settings: { channels: { allow: [CHANNEL_ID] } } }],
    ['an allowed category', { settings: { channels: { allow: [CATEGORY_ID] } } }],
    ['a thread of an allowed channel', { settings: { channels: { allow: [CHANNEL_ID] } }, channel: thread }],
    ['a thread within an allowed category', { settings: { channels: { allow: [CATEGORY_ID] } }, channel: thread }],
    [
      'a channel that the list does not name',
      { settings: { channels: { allow: [ELSEWHERE_ID] } } },
      { name: 'channel_not_allowed' },
    ],
    [
      'a denied channel',
      { settings: { channels: { deny: [CHANNEL_ID] } } },
      { name: 'channel_denied', placeId: CHANNEL_ID },
    ],
    [
      'a thread of a denied channel',
      { settings: { channels: { deny: [CHANNEL_ID] } }, channel: thread },
      { name: 'channel_denied', placeId: CHANNEL_ID },
    ],
    [
      'an allowed channel within a denied category',
      { settings: { channels: { allow: [CHANNEL_ID], deny: [CATEGORY_ID] } } },
      { name: 'channel_denied', placeId: CATEGORY_ID },
    ],
    [
      'a denied channel within an allowed category',
      { settings: { channels: { allow: [CATEGORY_ID], deny: [CHANNEL_ID] } } },
      { name: 'channel_denied', placeId: CHANNEL_ID },
    ],
    [
      'both allowed and denied',
      { settings: { channels: { allow: [CHANNEL_ID], deny: [CHANNEL_ID] } } },
      { name: 'channel_denied', placeId: CHANNEL_ID },
    ],
    ['another channel denied', { settings: { channels: { deny: [ELSEWHERE_ID] } } }],
    [
      'a thread of unknown category, where something is denied',
      { settings: { channels: { deny: [ELSEWHERE_ID] } }, channel: unknownThread },
      { name: 'channel_unknown' },
    ],
    [
      'a thread of unknown category, where only others are allowed',
      { settings: { channels: { allow: [CATEGORY_ID] } }, channel: unknownThread },
      { name: 'channel_unknown' },
    ],
    [
      'a thread of unknown category, of an allowed channel',
      { settings: { channels: { allow: [CHANNEL_ID] } }, channel: unknownThread },
    ],
  ],
  'by safety': [
    [
      'a channel that is not age-restricted',
      { settings: { safety: { onlyAgeRestricted: true } } },
      { name: 'not_age_restricted' },
    ],
    [
      'a channel that may be age-restricted or not',
      { settings: { safety: { onlyAgeRestricted: true } }, channel: unknownThread },
      { name: 'not_age_restricted' },
    ],
    [
      'an age-restricted channel',
      { settings: { safety: { onlyAgeRestricted: true } }, channel: { ...channel, isAgeRestricted: true } },
    ],
    [
      'private where it is not allowed',
      { settings: { safety: { privateAllowed: false } }, request: { isPrivate: true } },
      { name: 'private_not_allowed' },
    ],
    ['public where private is not allowed', { settings: { safety: { privateAllowed: false } } }],
    [
      'a filtered prompt, without the word',
      { settings: { filterWords: ['rose'] } },
      { name: 'filtered', field: 'prompt' },
    ],
    [
      'a filtered negative prompt',
      { settings: { filterWords: ['thorn*'] }, request: { negativePrompt: 'no thorns' } },
      { name: 'filtered', field: 'negativePrompt' },
    ],
    ["the server's own negative prompt", { settings: { filterWords: ['nude'], safety: { negativePrompt: 'nude' } } }],
  ],
  'by blocks and pauses': [
    [
      'a blocked member',
      { settings: block({ reason: 'spam', untilMs: NOW_MS + 1 }) },
      { name: 'blocked', kind: 'member', untilMs: NOW_MS + 1, reason: 'spam' },
    ],
    ['when the block ends', { settings: block({ untilMs: NOW_MS }) }],
    ['another member', { settings: block(), memberId: OTHER_ID }],
    [
      'a blocked role',
      { settings: block({ kind: 'role', id: ROLE }), roleIds: [ROLE] },
      { name: 'blocked', kind: 'role' },
    ],
    ['a blocked role of others', { settings: block({ kind: 'role', id: ROLE }), roleIds: [BETTER_ROLE] }],
    [
      'the longer of two blocks',
      {
        settings: {
          blocks: [...block({ untilMs: NOW_MS + 9 }).blocks, ...block({ kind: 'role', id: ROLE }).blocks],
        },
        roleIds: [ROLE],
      },
      { name: 'blocked', kind: 'role' },
    ],
    [
      'a pause',
      { settings: { pause: { reason: 'an event', byId: MODERATOR_ID, atMs: 5 } } },
      { name: 'paused', reason: 'an event', sinceMs: 5 },
    ],
  ],
  'by budgets': [
    [
      'up to the last cent',
      {
        settings: { budget: { dayUsd: 0.3, monthUsd: 0.3 } },
        usage: { today: spent(0.1, 0.19), thisMonth: spent(0.1, 0.19) },
      },
    ],
    [
      'beyond the budget of the day',
      { settings: { budget: { dayUsd: 0.3 } }, usage: { today: spent(0.1, 0.1901) } },
      { name: 'budget', period: 'day', budgetUsd: 0.3, estimateUsd: 0.01, opensAtMs: MIDNIGHT_MS },
    ],
    [
      'beyond the budget of the month',
      { settings: { budget: { monthUsd: 5 } }, usage: { thisMonth: spent(4.995) } },
      { name: 'budget', period: 'month', usedUsd: 4.995, opensAtMs: NEXT_MONTH_MS },
    ],
    [
      'beyond both',
      { settings: { budget: { dayUsd: 1, monthUsd: 5 } }, usage: { today: spent(1), thisMonth: spent(5) } },
      { name: 'budget', period: 'month', opensAtMs: NEXT_MONTH_MS },
    ],
    [
      "a server's own budget below the operator's",
      { settings: { budget: { dayUsd: 1 } }, ceilings: { guildDayUsd: 2 }, usage: { today: spent(1) } },
      { name: 'budget', period: 'day', budgetUsd: 1 },
    ],
    ['no budget', { settings: { budget: { dayUsd: -1 } }, usage: { today: spent(1_000), thisMonth: spent(1_000) } }],
  ],
  'by what the operator allows': [
    ['a listed server', { ceilings: { isServerAllowed: true } }],
    [
      'another server, before all else',
      { ceilings: { isServerAllowed: false }, settings: block() },
      { name: 'server_not_allowed' },
    ],
    [
      'up to the last cent',
      {
        ceilings: { dayUsd: 10, guildDayUsd: 2 },
        usage: { today: spent(1, 0.99), everywhere: spent(9, 0.99) },
      },
    ],
    [
      'beyond the budget of each server, whatever its moderators allow',
      {
        ceilings: { guildDayUsd: 2 },
        settings: { budget: { dayUsd: 1_000, monthUsd: -1 } },
        usage: { today: spent(1, 0.9901) },
      },
      { name: 'operator_guild_budget', budgetUsd: 2, usedUsd: 1.9901, estimateUsd: 0.01, opensAtMs: MIDNIGHT_MS },
    ],
    [
      'beyond the budget of all servers',
      { ceilings: { dayUsd: 10, guildDayUsd: 2 }, usage: { everywhere: spent(9.5, 0.4901) } },
      { name: 'operator_budget', budgetUsd: 10, usedUsd: 9.9901, opensAtMs: MIDNIGHT_MS },
    ],
    [
      "beyond all of today's and the month's own",
      {
        ceilings: { dayUsd: 1, guildDayUsd: 1 },
        settings: { budget: { dayUsd: 1, monthUsd: 1 } },
        usage: { today: spent(1), thisMonth: spent(1), everywhere: spent(1) },
      },
      { name: 'budget', period: 'month', opensAtMs: NEXT_MONTH_MS },
    ],
    ['nothing for each server', { ceilings: { guildDayUsd: 0 } }, { name: 'operator_guild_budget', budgetUsd: 0 }],
    ['nothing for all servers', { ceilings: { dayUsd: 0 } }, { name: 'operator_budget', budgetUsd: 0 }],
    [
      'more than a whole budget at once, on any day',
      { ceilings: { dayUsd: 0.5 }, request: { estimateUsd: 0.51 } },
      { name: 'operator_budget', budgetUsd: 0.5, usedUsd: 0, estimateUsd: 0.51 },
    ],
    ['no limits', { usage: { today: spent(1_000), everywhere: spent(100_000) } }],
  ],
};

describe.each(Object.entries(TABLES))('%s', (_, rows) => {
  it.each(rows.map(([name, situation, refusal]) => ({ name, situation, refusal })))(
    '$name',
    ({ situation, refusal }) => {
      const decision = decideFor(situation);
      if (refusal) expect(decision).toMatchObject({ allowed: false, reason: refusal });
      else expect(decision).toEqual({ allowed: true, forced: expect.anything() });
    },
  );
});

describe('a decision', () => {
  it('does not name the word that was filtered', () => {
    const decision = decideFor({ settings: { filterWords: ['rose'] } });
    expect(decision).toStrictEqual({ allowed: false, reason: { name: 'filtered', field: 'prompt' } });
  });

  it('names no time when the request is more than the whole budget', () => {
    const decision = decideFor({ settings: { budget: { dayUsd: 0 } } });
    expect(decision).toMatchObject({ allowed: false, reason: { name: 'budget', period: 'day' } });
    expect(decision).not.toHaveProperty('reason.opensAtMs');
  });

  it('names no time when the request is more than the whole budget of the operator', () => {
    const decision = decideFor({ ceilings: { guildDayUsd: 0.005 } });
    expect(decision).toMatchObject({ reason: { name: 'operator_guild_budget' } });
    expect(decision).not.toHaveProperty('reason.opensAtMs');
  });

  it('names no end for a block that has none', () => {
    expect(decideFor({ settings: block() })).toStrictEqual({
      allowed: false,
      reason: { name: 'blocked', kind: 'member' },
    });
  });

  it.each([
    ['alone', { prompt: 'gore' }, 'a rose'],
    ['in its negative prompt', { negativePrompt: 'gore' }, 'a rose'],
    ['together with the prompt', { prompt: 'e f' }, 'g o r'],
    ['in its name', { name: 'Gore' }, 'a rose'],
  ])('is no for a style with a word of the filter, %s', (_, texts, prompt) => {
    const style = { name: 'Noir', parameters: {}, ...texts };
    const filtered = { settings: { filterWords: ['gore'] }, request: { prompt, style } };
    expect(decideFor(filtered)).toStrictEqual({ allowed: false, reason: { name: 'filtered', field: 'style' } });
    expect(decideFor({ ...filtered, settings: {} })).toMatchObject({ allowed: true });
  });

  it('does not hold the server’s own texts against a request', () => {
    const settings = { filterWords: ['gore'], safety: { negativePrompt: 'gore' } };
    expect(decideFor({ settings })).toMatchObject({ allowed: true });
  });

  it('is no when what is sent is too long, with what the style and the server add', () => {
    const style = { name: 'Noir', prompt: 'x'.repeat(500), negativePrompt: 'y'.repeat(500), parameters: {} };
    const decideOn = (prompt: number, negative: number, forced?: string) =>
      decideFor({
        settings: { safety: forced === undefined ? {} : { negativePrompt: forced } },
        request: { style, prompt: 'a'.repeat(prompt), negativePrompt: 'b'.repeat(negative) },
      });
    expect(decideOn(3_498, 1_498)).toMatchObject({ allowed: true });
    const tooLong = { name: 'too_long', field: 'prompt', length: 4_001, maxLength: 4_000, isStyled: true };
    expect(decideOn(3_499, 1)).toStrictEqual({ allowed: false, reason: tooLong });
    const negative = { name: 'too_long', field: 'negativePrompt', length: 2_006, maxLength: 2_000, isStyled: true };
    expect(decideOn(1, 1_498, 'gore')).toStrictEqual({ allowed: false, reason: negative });
    const bare = decideFor({
      settings: { safety: { negativePrompt: 'gore' } },
      request: { negativePrompt: 'b'.repeat(2_000) },
    });
    expect(bare).toMatchObject({ reason: { ...negative, isStyled: false } });
    expect(decideFor({ request: { prompt: 'a'.repeat(4_000) } })).toMatchObject({ allowed: true });
  });

  it('says what the server adds to a request', () => {
    expect(decideFor({})).toStrictEqual({ allowed: true, forced: { spoilers: false } });
    expect(decideFor({ settings: { safety: { spoilers: true, negativePrompt: 'gore' } } })).toStrictEqual({
      allowed: true,
      forced: { spoilers: true, negativePrompt: 'gore' },
    });
  });

  it('applies to direct messages as well: so many a day, one at a time', () => {
    const member = { id: MEMBER_ID, roleIds: [] };
    const nowhere = { placeIds: [], isComplete: true, isAgeRestricted: false };
    const ask = (imagesPerDay: number, usage: object) =>
      decide(
        { ...directMessageRules(imagesPerDay), ceilings: NO_CEILINGS },
        member,
        nowhere,
        request,
        { ...nothingUsed, ...usage },
        NOW_MS,
      );
    expect(ask(5, { imagesToday: 4 })).toMatchObject({ allowed: true });
    expect(ask(5, { imagesToday: 5 })).toMatchObject({ reason: { name: 'images_per_day', allowed: 5 } });
    expect(ask(5, { jobsUnderWay: 1 })).toMatchObject({ reason: { name: 'jobs_at_once', allowed: 1 } });
    expect(ask(0, {})).toMatchObject({ reason: { name: 'images_per_day', allowed: 0 } });
  });
});
