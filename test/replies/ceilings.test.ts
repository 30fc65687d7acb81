import { describe, expect, it } from 'vitest';
import { ceilingLines } from '../../src/replies/ceilings.ts';
import { policyReasonText, policyRefusalText } from '../../src/replies/policy-refusal.ts';
import { textsIn } from '../../src/texts/index.ts';
import { NO_CEILINGS } from '../support/settings-fixtures.ts';

const texts = textsIn('en');
const reader = { texts, isDirectMessage: false, channelIds: [] };
const midnightMs = Date.UTC(2026, 10, 23);
const midnight = `<t:${midnightMs / 1_000}:R>`;
const facts = { budgetUsd: 2, usedUsd: 1.9, estimateUsd: 0.14, opensAtMs: midnightMs };
const { opensAtMs: _, ...tooMuch } = { ...facts, estimateUsd: 2.5 };
const budget = { name: 'operator_budget' } as const;
const guildBudget = { name: 'operator_guild_budget' } as const;

describe("the operator's budget", () => {
  it.each([
    [{ ...budget, ...facts }, ['used up', `It resets ${midnight}`]],
    [{ ...budget, ...tooMuch }, ['my whole daily budget', 'fewer samples']],
    [{ ...budget, ...tooMuch, budgetUsd: 0 }, ['daily budget to $0']],
    [{ ...guildBudget, ...facts }, ['$2.00 per day', '$0.10 is left', 'about $0.14', `It resets ${midnight}`]],
    [{ ...guildBudget, ...tooMuch }, ['$2.00 per day', 'about $2.50', 'fewer samples']],
    [{ ...guildBudget, ...tooMuch, budgetUsd: 0 }, ['allows no spending in this server']],
  ])('of %j is explained, and says that nothing was charged', (refusal, sentences) => {
    const text = policyRefusalText(refusal, reader);
    for (const sentence of sentences) expect(text).toContain(sentence);
    expect(text).toContain("You weren't charged.");
    expect(policyReasonText(refusal, reader)).toBe(text.replace(" You weren't charged.", ''));
  });

  it('says what helps in a form', () => {
    const text = policyRefusalText({ ...guildBudget, ...tooMuch }, { ...reader, used: 'form' });
    expect(text).toContain('Press Edit again and choose fewer steps');
  });

  it.each([facts, tooMuch])('for all servers shows no amount to a member: %j', (its) => {
    expect(policyRefusalText({ ...budget, ...its }, reader).replace(midnight, '')).not.toMatch(/\d/);
  });

  it('for a server is shown where there is one', () => {
    expect(ceilingLines({ ...NO_CEILINGS, guildDayUsd: 2 }, texts)).toEqual([
      "The bot's operator allows $2.00 per day.",
    ]);
    expect(ceilingLines({ ...NO_CEILINGS, guildDayUsd: 0 }, texts)).toEqual([
      "The bot's operator allows no spending here.",
    ]);
    expect(ceilingLines({ ...NO_CEILINGS, dayUsd: 10 }, texts)).toEqual([]);
  });
});
