import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import { type ButtonAction, customId } from './custom-id.ts';

/** A whole message as Discord's API takes it. Nothing in it can ping: the ladder alone adds one mention, on one rung. */
export interface MessageBody {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIButtonComponent>[];
  readonly allowed_mentions: { readonly parse: never[]; readonly users?: string[] };
}

interface Button {
  readonly action: ButtonAction;
  readonly label: string;
  readonly style?: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger;
}

const COLOURS = { progress: 0x5865f2, finished: 0x3ba55d, failed: 0xed4245, ended: 0x747f8d } as const;

/** A message that belongs to a job: an embed, if any, and a row of buttons. */
export function message(
  jobId: string,
  parts: { colour?: keyof typeof COLOURS; embed?: APIEmbed; buttons: readonly Button[] },
): MessageBody {
  const buttons = parts.buttons.map(({ action, label, style = ButtonStyle.Secondary }) => ({
    type: ComponentType.Button as const,
    custom_id: customId(action, jobId),
    label,
    style,
  }));
  return {
    content: '',
    embeds: parts.embed ? [{ color: COLOURS[parts.colour ?? 'ended'], ...parts.embed }] : [],
    components: buttons.length > 0 ? [{ type: ComponentType.ActionRow, components: buttons }] : [],
    allowed_mentions: { parse: [] },
  };
}
