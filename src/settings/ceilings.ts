import { NO_LIMIT } from './limits.ts';

/** The operator's limits, which no moderator can exceed. Budgets are US$ for a UTC day; 0 allows nothing, `NO_LIMIT` is no limit. */
export interface OperatorLimits {
  /** The servers in which the bot works; empty: all. */
  readonly allowedGuildIds: readonly string[];
  /** For all servers and direct messages together. */
  readonly dayUsd: number;
  /** For each server. */
  readonly guildDayUsd: number;
}

/** The operator's limits for a server, or for direct messages. */
export interface Ceilings {
  readonly isServerAllowed: boolean;
  readonly dayUsd: number;
  readonly guildDayUsd: number;
}

/** @param guildId undefined for direct messages: they are always allowed, and count only in the total */
export function ceilingsOf(
  { allowedGuildIds, dayUsd, guildDayUsd }: OperatorLimits,
  guildId: string | undefined,
): Ceilings {
  if (guildId === undefined) return { isServerAllowed: true, dayUsd, guildDayUsd: NO_LIMIT };
  const isServerAllowed = allowedGuildIds.length === 0 || allowedGuildIds.includes(guildId);
  return { isServerAllowed, dayUsd, guildDayUsd };
}

/** Whether spending has to be known. */
export function hasBudget({ dayUsd, guildDayUsd }: Ceilings): boolean {
  return dayUsd !== NO_LIMIT || guildDayUsd !== NO_LIMIT;
}
