import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import { type Action, customId } from './custom-id.ts';

/** A whole message as Discord's API takes it. Nothing in it can ping: delivery alone adds one mention, on one route. */
export interface MessageBody {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIButtonComponent>[];
  readonly allowed_mentions: { readonly parse: never[]; readonly users?: string[] };
}

export interface Button {
  readonly action: Action;
  readonly label: string;
  readonly style?: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger;
}

/** What the bar beside an embed says. */
export const COLOURS = {
  progress: 0x5865f2,
  finished: 0x3ba55d,
  failed: 0xed4245,
  ended: 0x747f8d,
  warning: 0xf0b232,
} as const;

/** @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const MAX_DESCRIPTION_LENGTH = 4_096;
const MAX_EMBED_LENGTH = 6_000;
const MAX_CONTENT_LENGTH = 2_000;

const LEFT_OUT = '…';

/** `text`, or the lines of it that fit into `maxLength`, each whole: half an address leads nowhere. */
function fitLines(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let kept = '';
  for (const line of text.split('\n')) {
    const longer = kept === '' ? line : `${kept}\n${line}`;
    if (longer.length + 1 + LEFT_OUT.length <= maxLength) kept = longer;
  }
  return `${kept}\n${LEFT_OUT}`;
}

/** The embed with as much of its description as Discord has room for beside the rest of it. */
function fitEmbed(embed: APIEmbed): APIEmbed {
  const { description, ...others } = embed;
  // Discord refuses an empty one.
  if (!description) return others;
  const texts = [embed.title, embed.footer?.text, ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value])];
  const taken = texts.reduce((sum, text = '') => sum + text.length, 0);
  const room = Math.min(MAX_DESCRIPTION_LENGTH, MAX_EMBED_LENGTH - taken);
  return { ...embed, description: fitLines(description, room) };
}

/** A button, grey unless it has a style, with what it does something to. */
export function button(
  { action, label, style = ButtonStyle.Secondary }: Button,
  argument: string,
): APIButtonComponent & { custom_id: string } {
  return { type: ComponentType.Button, custom_id: customId(action, argument), label, style };
}

/** Buttons beside each other, none for none. */
export function rowOf(buttons: readonly APIButtonComponent[]): APIActionRowComponent<APIButtonComponent>[] {
  return buttons.length > 0 ? [{ type: ComponentType.ActionRow, components: [...buttons] }] : [];
}

/**
 * A message about one thing: text or an embed, and a row of buttons. Lines that Discord has no room for are left out.
 * @param argument what all the buttons do something to: a job's id, or what else their actions want
 */
export function message(
  argument: string,
  parts: { content?: string; colour?: keyof typeof COLOURS; embed?: APIEmbed; buttons: readonly Button[] },
): MessageBody {
  return {
    content: fitLines(parts.content ?? '', MAX_CONTENT_LENGTH),
    embeds: parts.embed ? [{ color: COLOURS[parts.colour ?? 'ended'], ...fitEmbed(parts.embed) }] : [],
    components: rowOf(parts.buttons.map((its) => button(its, argument))),
    allowed_mentions: { parse: [] },
  };
}
