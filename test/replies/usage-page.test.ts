import { describe, expect, it } from 'vitest';
import { type AccountFacts, type UsageFacts, usagePage } from '../../src/replies/usage-page.ts';
import { en } from '../../src/texts/en.ts';
import { NO_CEILINGS, parseSettings } from '../support/settings-fixtures.ts';

const row = (member: number, images: number, costUsd = images / 100, day = '2026-11-22') => ({
  day,
  memberId: String(100_000_000_000_000_000n + BigInt(member)),
  images,
  costUsd,
});
const facts: UsageFacts = { month: '2026-11', rows: [], budget: {}, ceilings: NO_CEILINGS, notes: [] };
const spent = (spentUsd: number, reservedUsd: number) => ({ spentUsd, reservedUsd });
const fieldOf = (given: Partial<UsageFacts>, name: string) =>
  usagePage({ ...facts, ...given }, en).fields?.find((field) => field.name === name)?.value;

describe('the page of a month', () => {
  it('counts days together, and ranks members as the chart does', () => {
    const rows = [row(1, 2), row(2, 3), row(1, 4, 0.04, '2026-11-23')];
    const { title, description } = usagePage({ ...facts, rows }, en);
    expect(title).toBe('Usage in November 2026');
    expect(description).toBe(
      [
        '**9 images · $0.09 · 2 members**',
        '1. <@100000000000000001>: 6 images, $0.06',
        '2. <@100000000000000002>: 3 images, $0.03',
      ].join('\n'),
    );
  });

  it('lists ten members and says how many more there are', () => {
    const rows = Array.from({ length: 12 }, (_, index) => row(index, 20 - index));
    const lines = usagePage({ ...facts, rows }, en).description?.split('\n');
    expect(lines).toHaveLength(12);
    expect(lines?.at(-1)).toBe('… and 2 more members, see the table');
  });

  it('does not name those who deleted their data', () => {
    const rows = [row(1, 2), { ...row(0, 5), memberId: '' }];
    expect(usagePage({ ...facts, rows }, en).description).toContain(
      '1. members who deleted their data: 5 images, $0.05',
    );
  });

  it('speaks of one image, and of none', () => {
    expect(usagePage({ ...facts, rows: [row(1, 1)] }, en).description).toContain('**1 image · $0.01 · 1 member**');
    expect(usagePage(facts, en).description).toBe('**0 images · $0.00 · 0 members**');
  });

  it('tells what counts against the budgets, without the dust of sums', () => {
    const spending = { today: spent(0.1 + 0.2, 0.0103), thisMonth: spent(12.5, 0) };
    expect(fieldOf({ spending, budget: parseSettings({ budget: { dayUsd: 2 } }).budget }, 'Budget')).toBe(
      'Today: $0.30 spent, $0.01 reserved, of $2.00\nThis month: $12.50 spent, $0.00 reserved, no limit',
    );
    expect(fieldOf({}, 'Budget')).toBeUndefined();
  });

  it('shows the account only where it is given', () => {
    const name = 'My Segmind account';
    expect(fieldOf({}, name)).toBeUndefined();
    const credits = { creditsUsd: 4.321, freeCreditsUsd: 0.5 };
    const account: AccountFacts = { credits, stopped: undefined, everywhere: undefined, budgetUsdPerDay: 10 };
    expect(fieldOf({ account }, name)).toBe('Credits: $4.32, plus $0.50 free');
    const stopped = fieldOf({ account: { ...account, credits: undefined, stopped: 'credits' } }, name);
    expect(stopped).toContain("didn't say how many credits are left");
    expect(stopped).toContain("**On hold.** I've run out of Segmind credits.");
  });

  it("tells everyone what the operator allows the server, and the operator's servers what all spend", () => {
    const spending = { today: spent(0, 0), thisMonth: spent(0, 0) };
    const ceilings = { ...NO_CEILINGS, guildDayUsd: 2, dayUsd: 10 };
    expect(fieldOf({ spending, ceilings }, 'Budget')).toMatch(/\nThe bot's operator allows \$2\.00 per day\.$/);
    const account = { credits: undefined, stopped: undefined, everywhere: spent(1.234, 0.5) };
    const of = (budgetUsdPerDay: number) => fieldOf({ account: { ...account, budgetUsdPerDay } }, 'My Segmind account');
    expect(of(10)).toMatch(/\nAll servers today: \$1\.23 spent, \$0\.50 reserved, of \$10\.00$/);
    expect(of(-1)).toContain('$0.50 reserved, no limit');
  });

  it('says what is missing', () => {
    expect(usagePage({ ...facts, notes: ['The table is missing.'] }, en).description).toContain(
      'The table is missing.',
    );
  });
});
