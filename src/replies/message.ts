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

/** One embed and one row of buttons that belong to a job. */
export function message(
  jobId: string,
  parts: { colour: keyof typeof COLOURS; embed: APIEmbed; buttons: readonly Button[] },
): MessageBody {
  const buttons = parts.buttons.map(({ action, label, style = ButtonStyle.Secondary }) => ({
    type: ComponentType.Button as const,
    custom_id: customId(action, jobId),
    label,
    style,
  }));
  return {
    content: '',
    embeds: [{ color: COLOURS[parts.colour], ...parts.embed }],
    components: buttons.length > 0 ? [{ type: ComponentType.ActionRow, components: buttons }] : [],
    allowed_mentions: { parse: [] },
  };
}

/** A further message of the same job, for the files that the first one has no room for. */
export function moreMessage(): MessageBody {
  return { content: '', embeds: [], components: [], allowed_mentions: { parse: [] } };
}
