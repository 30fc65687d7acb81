import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { StopReason } from '../jobs/failure.ts';
import type { Ceilings } from '../settings/ceilings.ts';
import { NO_LIMIT } from '../settings/limits.ts';
import type { Settings } from '../settings/schema.ts';
import type { Spending } from '../settings/usage.ts';
import type { Texts } from '../texts/index.ts';
import { ceilingLines } from './ceilings.ts';
import { mention } from './format.ts';
import { COLOURS } from './message.ts';
import { RANKED_MEMBERS, rankMembers, type UsageRow } from './usage-ranking.ts';

/** The account at Segmind, for moderators of the operator's own servers. */
export interface AccountFacts {
  /** US$; undefined when Segmind didn't say. */
  readonly credits: { readonly creditsUsd: number; readonly freeCreditsUsd: number } | undefined;
  /** Why nothing is submitted now, if so. */
  readonly stopped: StopReason | undefined;
  /** Today, over all servers and direct messages; undefined when it isn't known yet. */
  readonly everywhere: Spending | undefined;
  /** US$ a UTC day for all of them; `NO_LIMIT` for none. */
  readonly budgetUsdPerDay: number;
}

export interface UsageFacts {
  /** As `2026-11`. */
  readonly month: string;
  readonly rows: readonly UsageRow[];
  readonly budget: Settings['budget'];
  readonly ceilings: Ceilings;
  /** What counts towards the budgets now; absent for an earlier month, or when it isn't known. */
  readonly spending?: { readonly today: Spending; readonly thisMonth: Spending };
  /** Absent in other servers than the operator's. */
  readonly account?: AccountFacts;
  /** What is missing, in sentences. */
  readonly notes: readonly string[];
}

function budgetLine(
  name: string,
  { spentUsd, reservedUsd }: Spending,
  budgetUsd: number | undefined,
  { format, usage }: Texts,
): string {
  const isUnlimited = budgetUsd === undefined || budgetUsd === NO_LIMIT;
  const of = isUnlimited ? usage.noLimit : usage.ofBudget(format.usd(budgetUsd));
  return `${name}: ${usage.spent(format.usd(spentUsd), format.usd(reservedUsd), of)}`;
}

function budgetField({ budget, ceilings, spending }: UsageFacts, texts: Texts): APIEmbedField[] {
  if (!spending) return [];
  const lines = [
    budgetLine(texts.usage.today, spending.today, budget.dayUsd, texts),
    budgetLine(texts.usage.thisMonth, spending.thisMonth, budget.monthUsd, texts),
    ...ceilingLines(ceilings, texts),
  ];
  return [{ name: texts.usage.budget, value: lines.join('\n') }];
}

function accountField({ account }: UsageFacts, { format, usage, stop, ceilings }: Texts): APIEmbedField[] {
  if (!account) return [];
  const { credits, stopped, everywhere, budgetUsdPerDay } = account;
  const balance = credits
    ? usage.credits(format.usd(credits.creditsUsd), format.usd(credits.freeCreditsUsd))
    : usage.creditsUnknown;
  const limit = budgetUsdPerDay === NO_LIMIT ? undefined : budgetUsdPerDay;
  const total = everywhere && { spent: everywhere.spentUsd, reserved: everywhere.reservedUsd, limit };
  const spent = total ? [ceilings.everywhere(total)] : [];
  const lines = [balance, ...spent, ...(stopped ? [usage.onHold(stop[stopped])] : [])];
  return [{ name: usage.account, value: lines.join('\n') }];
}

/** What a server has used in a month, in words; the chart and the table go beside it. */
export function usagePage(facts: UsageFacts, texts: Texts): APIEmbed {
  const { format, usage } = texts;
  const { month, rows, account, notes } = facts;
  const members = rankMembers(rows);
  const sum = (key: 'images' | 'costUsd') => rows.reduce((total, row) => total + row[key], 0);
  const ranked = members.slice(0, RANKED_MEMBERS).map(({ memberId, images, costUsd }, index) => {
    const used = `${usage.images(images)}, ${format.usd(costUsd)}`;
    return `${index + 1}. ${memberId === '' ? usage.erasedMembers : mention('@', memberId)}: ${used}`;
  });
  const others = members.length - ranked.length;
  const totals = [usage.images(sum('images')), format.usd(sum('costUsd')), usage.members(members.length)];
  const lines = [`**${totals.join(' · ')}**`, ...ranked, ...(others > 0 ? [usage.moreMembers(others)] : []), ...notes];
  return {
    color: account?.stopped ? COLOURS.warning : COLOURS.progress,
    title: usage.title(format.month(month)),
    description: lines.join('\n'),
    fields: [...budgetField(facts, texts), ...accountField(facts, texts)],
    footer: { text: usage.footer },
  };
}
