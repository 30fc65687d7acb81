/** What one member used on one day. */
export interface UsageRow {
  /** UTC, as `2026-11-22`. */
  readonly day: string;
  readonly memberId: string;
  readonly images: number;
  readonly costUsd: number;
}

export interface MonthlyUsage {
  /** As `2026-11`. */
  readonly month: string;
  /** UTC, as `2026-11-22`; any day, also one of another month. */
  readonly today: string;
  /** Of one server and this month, in any order. */
  readonly rows: readonly UsageRow[];
  /** Discord's, of the moderator who reads the chart. */
  readonly locale: string;
}

export interface MemberTotals {
  readonly memberId: string;
  readonly images: number;
  readonly costUsd: number;
}

/** How many members have a number of their own in the chart, and stand in the list beside it. */
export const RANKED_MEMBERS = 10;

/** Members with anything used, those with the most images first: in the same order wherever they are listed. */
export function rankMembers(rows: readonly UsageRow[]): MemberTotals[] {
  const members = new Map<string, MemberTotals>();
  for (const { memberId, images, costUsd } of rows) {
    const sum = members.get(memberId);
    members.set(memberId, {
      memberId,
      images: images + (sum?.images ?? 0),
      costUsd: costUsd + (sum?.costUsd ?? 0),
    });
  }
  return [...members.values()]
    .filter(({ images, costUsd }) => images > 0 || costUsd > 0)
    .sort((a, b) => b.images - a.images || b.costUsd - a.costUsd || (a.memberId < b.memberId ? -1 : 1));
}
