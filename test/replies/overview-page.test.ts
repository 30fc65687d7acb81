import { describe, expect, it } from 'vitest';
import { overviewPage } from '../../src/replies/overview-page.ts';
import type { Allowance } from '../../src/settings/allowance.ts';
import { textsIn } from '../../src/texts/index.ts';
import { GUILD_ID, MEMBER_ID, MIDNIGHT_MS } from '../support/settings-fixtures.ts';

const source = { kind: 'default' } as const;
const allowance: Allowance = {
  imagesPerDay: { value: 50, source, used: 12, resetsAtMs: MIDNIGHT_MS },
  jobsAtOnce: { value: 3, source, used: 1 },
  cooldown: { value: 0, source },
};

type Facts = Parameters<typeof overviewPage>[0];
const page = (change: Partial<Facts> = {}) =>
  overviewPage(
    { userId: MEMBER_ID, guildId: GUILD_ID, allowance, refusal: undefined, jobRefusal: undefined, ...change },
    textsIn('en'),
  );
const fieldsOf = (change?: Partial<Facts>) =>
  Object.fromEntries((page(change).embeds[0]?.fields ?? []).map(({ name, value }) => [name, value]));

describe('the overview', () => {
  it('says what is left, when it resets, and what can be done with the data', () => {
    expect(fieldsOf()).toEqual({
      'Images today': `38 of 50 left. Resets <t:${MIDNIGHT_MS / 1_000}:R>.`,
      'Concurrent requests': '1 of 3 in the queue or in progress.',
      'Your data': expect.stringContaining('`Export my data`'),
    });
    expect(JSON.stringify(page().components)).toContain(`"erase-data:${MEMBER_ID}"`);
  });

  it.each([
    ['no limits', { value: Number.POSITIVE_INFINITY, used: 12 }, '12 so far, no limit.'],
    ['more used than is allowed by now', { value: 10, used: 12 }, `0 of 10 left. Resets <t:${MIDNIGHT_MS / 1_000}:R>.`],
  ])('with %s', (_, change, text) => {
    const imagesPerDay = { ...allowance.imagesPerDay, ...change };
    expect(fieldsOf({ allowance: { ...allowance, imagesPerDay } })['Images today']).toBe(text);
  });

  it('says why nothing can be made now, in whose words it may be', () => {
    const refusal = { name: 'blocked', kind: 'member', untilMs: MIDNIGHT_MS, reason: '**spam**' } as const;
    const { 'Right now': text } = fieldsOf({ refusal });
    expect(text).toContain(`<t:${MIDNIGHT_MS / 1_000}:R>`);
    expect(text).toContain('\\*\\*spam\\*\\*');
    expect(text).not.toContain('charged');
    const jobRefusal = { name: 'stopped', reason: 'credits' } as const;
    expect(fieldsOf({ jobRefusal })['Right now']).toBe("I've run out of Segmind credits. Try again later.");
    expect(fieldsOf({ refusal: { name: 'server_not_allowed' } })['Right now']).toContain(
      "The bot's operator hasn't allowed this server",
    );
  });
});
