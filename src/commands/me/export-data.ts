import { type ButtonInteraction, MessageFlags } from 'discord.js';
import { isTooLarge } from '../../delivery/refusals.ts';
import { textsIn } from '../../texts/index.ts';
import { attachmentSizeLimitOf } from '../attachment-size-limit.ts';
import type { Button, CommandContext } from '../command.ts';
import { isOwnData } from './own-data.ts';
import { refuseDataRequest } from './refuse-data-request.ts';

/** More would be a flood, and takes memory. */
const MAX_FILES = 10;
/** Of one file, whatever Discord allows here. */
const MAX_FILE_BYTES = 10 * 1_048_576;

/** `Export my data`: all that is stored about the member, as JSON; one file a message, so that a message has room for it. */
export const exportData: Button = {
  action: 'export-data',

  async execute(interaction, ownerId, context, invoker) {
    if (!(await isOwnData(interaction, ownerId, invoker))) return;
    const refusal = await context.dataRequests.run('export', ownerId, () => sendData(interaction, ownerId, context));
    if (refusal) await refuseDataRequest(interaction, refusal);
  },
};

async function sendData(
  interaction: ButtonInteraction,
  ownerId: string,
  { people, log }: Pick<CommandContext, 'people' | 'log'>,
): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const maxBytes = Math.min(MAX_FILE_BYTES, attachmentSizeLimitOf(interaction));
  const { files, isComplete } = await people.exportData(ownerId, { maxBytes, maxParts: MAX_FILES });
  const words = textsIn(interaction.locale).me.export;
  try {
    await send(interaction, files, isComplete ? words.done(files.length) : words.incomplete(files.length));
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    log.warn({ err: error, user: ownerId }, 'data export too large for Discord');
    await interaction.editReply(words.tooLarge);
  }
}

async function send(interaction: ButtonInteraction, files: readonly string[], content: string): Promise<void> {
  for (const [index, text] of files.entries()) {
    const name = files.length === 1 ? 'timeless-data.json' : `timeless-data-${index + 1}-of-${files.length}.json`;
    const file = { attachment: Buffer.from(text), name };
    if (index === 0) await interaction.editReply({ content, files: [file] });
    else await interaction.followUp({ files: [file], flags: MessageFlags.Ephemeral });
  }
}
