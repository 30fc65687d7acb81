import { SNOWFLAKE } from '../snowflake.ts';
import type { Texts } from '../texts/index.ts';
import { escaped, isBlank } from './escape.ts';

interface MessagePlace {
  readonly guildId?: string | undefined;
  readonly channelId: string;
  readonly messageId: string;
}

/** The longest shown of a text that a moderator wrote. */
const TEXT_LENGTH = 250;
const OTHER_LENGTH = 100;

/** A text that a moderator wrote, in quotation marks. */
export function quoted(text: string, maxLength = TEXT_LENGTH): string {
  return `“${isBlank(text) ? ' ' : escaped(text, maxLength)}”`;
}

/** A text that is only seen after a click on it. */
export function spoiler(text: string, maxLength: number): string {
  const shown = isBlank(text) ? ' ' : escaped(text, maxLength);
  // Of three bars in a row Discord takes the first two for the end.
  return shown.endsWith('|') ? `||${shown} ||` : `||${shown}||`;
}

/** As many of `items` as fit into `maxLength`, then how many more there are. @param where to read all of them */
export function listed(
  items: readonly string[],
  maxLength: number,
  { lists }: Pick<Texts, 'lists'>,
  { separator = ', ', where = '' }: { separator?: string; where?: string } = {},
): string {
  const tail = (left: number) => (left === 0 ? '' : `${separator}${lists.more(left)}${where}`);
  let shown = '';
  for (const [index, item] of items.entries()) {
    const longer = index === 0 ? item : `${shown}${separator}${item}`;
    if (longer.length + tail(items.length - index - 1).length > maxLength)
      return index === 0 ? `${lists.inAll(items.length)}${where}` : `${shown}${tail(items.length - index)}`;
    shown = longer;
  }
  return shown;
}

/** A value of a kind that this release doesn't know, since a newer one has stored it. */
export function rawValue(value: unknown): string {
  return escaped(JSON.stringify(value) ?? '–', OTHER_LENGTH);
}

/** What starts and ends a code block. */
export const FENCE = '```';

/** The address of a message. @param guildId undefined in direct messages */
export function messageLink({ guildId = '@me', channelId, messageId }: MessagePlace): string {
  return `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;
}

/** Something of Discord's by its id, as a mention that clients turn into its name. */
export function mention(sign: '@' | '@&' | '#', id: unknown): string {
  return typeof id === 'string' && SNOWFLAKE.test(id) ? `<${sign}${id}>` : rawValue(id);
}
