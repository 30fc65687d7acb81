import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType, MessageFlags } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { relativeTime } from '../../replies/facts.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import type { CommandContext, Menu } from '../command.ts';
import type { ReportRefusal } from '../image-reports.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';
import { withSpoilers } from '../with-spoilers.ts';
import { findImage } from './find-image.ts';

function refusalText(refusal: ReportRefusal, { menus }: Texts): string {
  const { repeated, cooldown } = menus.report;
  return refusal.name === 'repeated' ? repeated : cooldown(relativeTime(refusal.untilMs));
}

/** Passes a report on to the log channel. @returns what the member reads */
async function report(
  job: Job,
  messageId: string,
  { imageReports, loadPreview, modLog, criticalWork, log }: CommandContext,
  invoker: Invoker,
  texts: Texts,
): Promise<string> {
  const { guildId, userId } = invoker;
  const { done, ownImage, noLog, logUnreachable } = texts.menus.report;
  if (guildId === undefined) throw new Error('Discord offers this menu in servers only.');
  if (job.requesterId === userId) return ownImage;
  const rules = await rulesInTime(invoker);
  if (!rules) return texts.refusal.busy;
  if (rules.settings.logChannelId === undefined) return noLog;
  const refusal = imageReports.take(userId, job.id);
  if (refusal) return refusalText(refusal, texts);
  const note = async () => {
    const preview = await loadPreview(job);
    const shown = withSpoilers(job, rules);
    modLog.note(guildId, { kind: 'reported', job: shown, messageId, byIds: [userId], ...(preview ? { preview } : {}) });
  };
  // The member doesn't wait for it; a stopping process does.
  void criticalWork.run(note());
  const trouble = modLog.troubleOf(guildId);
  log.info({ job: job.id, user: userId, guild: guildId, logTrouble: trouble?.name }, 'image reported');
  if (!trouble) return done;
  // It is noted all the same: the next attempt to post is what finds out that the channel works again.
  imageReports.allowAgain(userId, job.id);
  return logUnreachable;
}

/** `Report image`: tells the moderators in their log channel. */
export const reportImage = {
  data: {
    type: ApplicationCommandType.Message,
    name: textsIn('en').menus.reportImage,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },

  async execute(interaction, messageId, context, invoker) {
    const job = await findImage(interaction, messageId, context, invoker);
    if (!job) return;
    const content = await report(job, messageId, context, invoker, textsIn(interaction.locale));
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  },
} satisfies Menu;
