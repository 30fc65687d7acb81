import { randomBytes } from 'node:crypto';
import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import type { JobRequest } from '../jobs/job.ts';
import { refusalText } from '../replies/refusal.ts';
import type { GenerationParameters } from '../segmind/parameters.ts';
import { now } from '../time.ts';
import type { CommandContext } from './command.ts';

/** What Discord allows a file without any boost or subscription, should it not say. @see https://discord.com/developers/docs/reference#uploading-files */
const DEFAULT_ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024;

/** 64 random bits in 13 letters and digits: short enough to read out, and to serve as a nonce of Discord (25). */
function drawJobId(): string {
  return randomBytes(8).readBigUInt64BE().toString(36).padStart(13, '0');
}

/**
 * The one way to a picture, for the command and for every button: either a private refusal, or an acknowledged interaction
 * whose job is kept and waits in line.
 * @throws what the acknowledgement throws; then nothing was started
 */
export async function generate(
  interaction: ChatInputCommandInteraction | ButtonInteraction,
  options: { parameters: GenerationParameters; isPrivate: boolean },
  context: CommandContext,
): Promise<void> {
  const { jobs, log } = context;
  const id = drawJobId();
  const requester = { interaction: interaction.id, user: interaction.user.id, guild: interaction.guildId };
  const refusal = jobs.refusal();
  if (refusal) {
    log.warn({ reference: id, ...requester, refusal }, 'refused');
    await interaction.reply({ content: refusalText(refusal, id), flags: MessageFlags.Ephemeral });
    return;
  }
  const request: JobRequest = {
    id,
    interactionId: interaction.id,
    applicationId: interaction.applicationId,
    interactionToken: interaction.token,
    receivedAtMs: now(),
    requesterId: interaction.user.id,
    ...(interaction.guildId === null ? {} : { guildId: interaction.guildId }),
    // True: Discord sends the channel with every command and every press.
    channelId: interaction.channelId as string,
    locale: interaction.locale,
    isPrivate: options.isPrivate,
    attachmentSizeLimit: interaction.attachmentSizeLimit ?? DEFAULT_ATTACHMENT_SIZE_LIMIT,
    parameters: options.parameters,
  };
  const acknowledge = () => interaction.deferReply(options.isPrivate ? { flags: MessageFlags.Ephemeral } : {});
  const outcome = await jobs.accept(request, acknowledge);
  if (outcome === 'accepted') {
    const { prompt, negativePrompt } = request.parameters;
    log.info({ job: id, ...requester, prompt, negativePrompt }, 'accepted');
  }
  if (outcome === 'not_stored') {
    await interaction.editReply(
      `The bot could not note this down, so nothing was started. Try again in a minute. Reference ${id}`,
    );
  }
}
