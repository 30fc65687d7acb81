import { type ButtonInteraction, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { mayBeAboutFiles } from '../delivery/refusals.ts';
import type { Job } from '../jobs/job.ts';
import { detailsMessage } from '../replies/details.ts';
import { buttonRefusalText } from '../replies/refusal.ts';
import { mayUseButton } from '../settings/permissions.ts';
import { textsIn } from '../texts/index.ts';
import { type Invoker, rulesInTime } from './invoker.ts';

/** Shows all that is kept of a job, privately: its requester always, and others who may repeat it. */
export async function showDetails(
  interaction: ButtonInteraction | MessageContextMenuCommandInteraction,
  job: Job,
  invoker: Invoker,
): Promise<void> {
  const flags = MessageFlags.Ephemeral;
  const rules = await rulesInTime(invoker);
  const isRequester = invoker.userId === job.requesterId;
  if (!isRequester && !(rules && mayUseButton('reroll', invoker, job.requesterId, rules.settings))) {
    const texts = textsIn(interaction.locale);
    const content = rules ? buttonRefusalText(rules.settings.buttons.reroll, 'details', texts) : texts.refusal.busy;
    await interaction.reply({ content, flags });
    return;
  }
  const { files, ...message } = detailsMessage(job, interaction.locale);
  try {
    await interaction.reply({ ...message, files, flags });
  } catch (error) {
    if (files.length === 0 || !mayBeAboutFiles(error)) throw error;
    await interaction.reply({ ...detailsMessage(job, interaction.locale, false), flags });
  }
}
