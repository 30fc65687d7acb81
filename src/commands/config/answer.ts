import {
  type ChatInputCommandInteraction,
  type InteractionEditReplyOptions,
  type InteractionReplyOptions,
  MessageFlags,
} from 'discord.js';
import { isTooLarge } from '../../delivery/refusals.ts';
import { textsIn } from '../../texts/index.ts';

type Answer = Pick<InteractionReplyOptions & InteractionEditReplyOptions, 'content' | 'embeds' | 'components'> & {
  readonly files?: readonly { readonly attachment: Buffer; readonly name: string; readonly description?: string }[];
};

/** Takes time, beyond Discord's 3 s, to look something up or to store it: the moderator sees that the bot is thinking. */
export async function deferPrivately(interaction: ChatInputCommandInteraction): Promise<void> {
  if (!interaction.deferred) await interaction.deferReply({ flags: MessageFlags.Ephemeral });
}

/** The answer without the largest of its files, and with a note about that. */
function withLess({ files = [], content, ...answer }: Answer, note: string): Answer {
  const largest = Math.max(...files.map(({ attachment }) => attachment.length));
  const said = [content?.replace(note, ''), note].filter(Boolean).join('\n');
  return { ...answer, content: said, files: files.filter(({ attachment }) => attachment.length < largest) };
}

/** Answers so that only the moderator sees it, deferred or not; without files that Discord calls too large. */
export async function answerPrivately(interaction: ChatInputCommandInteraction, answer: Answer): Promise<void> {
  const { files = [], ...words } = answer;
  const sent = files.length > 0 ? { ...words, files: [...files] } : words;
  try {
    if (interaction.deferred) await interaction.editReply(sent);
    else await interaction.reply({ ...sent, flags: MessageFlags.Ephemeral });
  } catch (error) {
    if (!isTooLarge(error) || files.length === 0) throw error;
    await answerPrivately(interaction, withLess(answer, textsIn(interaction.locale).config.fileLeftOut));
  }
}
