import { numberWords } from '../format.ts';

/** Why Discord takes no message for a log channel. */
export type LogRefusal =
  | { readonly name: 'channel_gone' }
  | { readonly name: 'no_access' }
  /** Anything else. */
  | { readonly name: 'other'; readonly code: number | string };

/** Why moderators find nothing in their log channel, and what to do; at most 200 characters. */
export function logTroubleText(channelId: string, refusal: LogRefusal): string {
  switch (refusal.name) {
    case 'channel_gone':
      return 'The log channel is gone. Choose another one with `/timeless-config log`.';
    case 'no_access':
      return `The bot can't write into the log channel <#${channelId}>: it needs View Channel, Send Messages (in a thread: Send Messages in Threads) and Embed Links there.`;
    case 'other':
      return `Discord takes no message for the log channel <#${channelId}> (code ${refusal.code}). Another one may do: \`/timeless-config log\`.`;
    default:
      return refusal satisfies never;
  }
}

/** What a log message says of entries that never got into the channel. */
export function leftOutText(count: number): string {
  const entries = count === 1 ? '1 earlier entry is' : `${numberWords(count)} earlier entries are`;
  return `-# ${entries} missing: too many at once, or the bot could not write here.`;
}

/** What a log message says in place of the file with long prompts. */
export const FILE_REFUSED_TEXT =
  "-# Prompts are cut here: Discord rejected the file with all of their text. Check the bot's permission Attach Files in this channel.";
