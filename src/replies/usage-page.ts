import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { StopReason } from '../jobs/failure.ts';
import type { Ceilings } from '../settings/ceilings.ts';
import { NO_LIMIT } from '../settings/limits.ts';
import type { Settings } from '../settings/schema.ts';
import type { Spending } from '../settings/usage.ts';
import type { Texts } from '../texts/index.ts';
import { ceilingLines } from './ceilings.ts';
import { describeStopCause } from './failure.ts';
import { mention, monthWords, numberWords, usdWords } from './format.ts';
import { COLOURS } from './message.ts';
import { RANKED_MEMBERS, rankMembers, type UsageRow } from './usage-ranking.ts';

/** The account at the image service, as the operator's moderators see it. */
export interface AccountFacts {
  /** US$; undefined when the image service didn't say. */
  readonly credits: { readonly creditsUsd: number; readonly freeCreditsUsd: number } | undefined;
  /** Why nothing is submitted at present, if so. */
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
  /** What counts against the budgets now; absent for another month than the present one, or when it isn't known. */
  readonly spending?: { readonly today: Spending; readonly thisMonth: Spending };
  /** Absent where it is nobody's business. */
  readonly account?: AccountFacts;
  /** What is missing, in sentences. */
  readonly notes: readonly string[];
}

const CREDITS_UNKNOWN = 'The image service did not say how many credits are left. Try again in a minute.';

/** Costs are sums of many small ones: more digits than these say nothing. */
const rounded = (usd: number) => Math.round(usd * 10_000) / 10_000;

function count(number: number, one: string): string {
  return `${numberWords(number)} ${number === 1 ? one : `${one}s`}`;
}

function budgetLine(name: string, { spentUsd, reservedUsd }: Spending, budgetUsd: number = NO_LIMIT): string {
  const of = budgetUsd === NO_LIMIT ? 'no limit' : `of ${usdWords(budgetUsd)}`;
  return `${name}: ${usdWords(rounded(spentUsd))} spent, ${usdWords(rounded(reservedUsd))} reserved, ${of}`;
}

function budgetField({ budget, ceilings, spending }: UsageFacts, texts: Texts): APIEmbedField[] {
  if (!spending) return [];
  const lines = [
    budgetLine('Today', spending.today, budget.dayUsd),
    budgetLine('This month', spending.thisMonth, budget.monthUsd),
    ...ceilingLines(ceilings, texts),
  ];
  return [{ name: 'Budget', value: lines.join('\n') }];
}

function accountField({ account }: UsageFacts, texts: Texts): APIEmbedField[] {
  if (!account) return [];
  const { credits, stopped, everywhere, budgetUsdPerDay } = account;
  const balance = credits
    ? `Credits: ${usdWords(rounded(credits.creditsUsd))}, and ${usdWords(rounded(credits.freeCreditsUsd))} free`
    : CREDITS_UNKNOWN;
  const limit = budgetUsdPerDay === NO_LIMIT ? undefined : budgetUsdPerDay;
  const total = everywhere && { spent: everywhere.spentUsd, reserved: everywhere.reservedUsd, limit };
  const spent = total ? [texts.ceilings.everywhere(total)] : [];
  const lines = [balance, ...spent, ...(stopped ? [`**Nothing is submitted.** ${describeStopCause(stopped)}`] : [])];
  return [{ name: "The bot's account", value: lines.join('\n') }];
}

/** What a server has used in a month, in words; the chart and the table go beside it. */
export function usagePage(facts: UsageFacts, texts: Texts): APIEmbed {
  const { month, rows, account, notes } = facts;
  const members = rankMembers(rows);
  const sum = (used: (row: UsageRow) => number) => rows.reduce((total, row) => total + used(row), 0);
  const ranked = members
    .slice(0, RANKED_MEMBERS)
    .map(
      ({ memberId, images, costUsd }, index) =>
        `${index + 1}. ${mention('@', memberId)}: ${count(images, 'image')}, ${usdWords(rounded(costUsd))}`,
    );
  const others = members.length - ranked.length;
  const totals = [
    count(
      sum(({ images }) => images),
      'image',
    ),
    usdWords(rounded(sum(({ costUsd }) => costUsd))),
    count(members.length, 'member'),
  ];
  const lines = [
    `**${totals.join(' · ')}**`,
    ...ranked,
    ...(others > 0 ? [`… and ${count(others, 'member')} more, see the table`] : []),
    ...notes,
  ];
  return {
    color: account?.stopped ? COLOURS.warning : COLOURS.progress,
    title: `Usage in ${monthWords(month)}`,
    description: lines.join('\n'),
    fields: [...budgetField(facts, texts), ...accountField(facts, texts)],
    footer: { text: 'Days in UTC. Images count when they are asked for, costs when they are known.' },
  };
}
