import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle } from 'discord.js';
import type { Texts } from '../texts/index.ts';
import { PURGE_PERIODS, type PurgePeriod } from './custom-id.ts';
import { mention } from './format.ts';
import { button, rowOf } from './message.ts';

/** What became of the messages with a member's images. */
export interface PurgeCounts {
  readonly removed: number;
  readonly gone: number;
  /** In channels that the bot can't reach. */
  readonly noAccess: number;
  readonly failed: number;
}

/** `Purge last hour` and the others. */
export function purgeButtons(memberId: string, { config }: Texts): APIActionRowComponent<APIButtonComponent>[] {
  return rowOf(
    PURGE_PERIODS.map((period) =>
      button(
        { action: 'log-purge', label: config.purge.labels[period], style: ButtonStyle.Danger },
        `${memberId}.${period}`,
      ),
    ),
  );
}

/** What a moderator reads at the end. */
export function purgedText(
  { removed, gone, noAccess, failed }: PurgeCounts,
  { memberId, period }: { memberId: string; period: PurgePeriod },
  { config: { purge }, modLog }: Texts,
): string {
  if (removed + gone + noAccess + failed === 0) return purge.none(mention('@', memberId), modLog.periods[period]);
  return [
    purge.removed(removed),
    ...(gone > 0 ? [purge.gone(gone)] : []),
    ...(noAccess > 0 ? [purge.noAccess(noAccess)] : []),
    ...(failed > 0 ? [purge.failed(failed)] : []),
  ].join(' ');
}
