import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Menu } from '../command.ts';
import { editForm } from '../form/image-form.ts';
import { mayUseImage } from '../may-use-image.ts';
import { findImage } from './find-image.ts';

/** `Remix image`: as the button `Edit`, on any message of a job. */
export const remixImage = {
  data: {
    type: ApplicationCommandType.Message,
    name: textsIn('en').menus.remixImage,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },

  async execute(interaction, messageId, context, invoker) {
    const job = await findImage(interaction, messageId, context, invoker);
    if (job && (await mayUseImage('edit', interaction, job, invoker)))
      await interaction.showModal(editForm(job, job.isPrivate, textsIn(interaction.locale)));
  },
} satisfies Menu;
