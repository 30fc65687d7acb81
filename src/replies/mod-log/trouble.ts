import type { Texts } from '../../texts/index.ts';
import { mention } from '../format.ts';

/** Why Discord rejects messages in a log channel. */
export type LogRejection =
  | { readonly name: 'channel_gone' }
  | { readonly name: 'no_access' }
  /** Anything else. */
  | { readonly name: 'other'; readonly code: number | string };

/** Why moderators find nothing in their log channel. */
export type LogTrouble = LogRejection & { readonly channelId: string };

/** The trouble in words, and what to do; at most 200 characters. */
export function logTroubleText(trouble: LogTrouble, { modLog }: Texts): string {
  const { channelGone, noAccess, rejected } = modLog.trouble;
  const channel = mention('#', trouble.channelId);
  switch (trouble.name) {
    case 'channel_gone':
      return channelGone;
    case 'no_access':
      return noAccess(channel);
    case 'other':
      return rejected(channel, String(trouble.code));
    default:
      return trouble satisfies never;
  }
}
