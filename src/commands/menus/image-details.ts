import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Menu } from '../command.ts';
import { mayUseImage } from '../may-use-image.ts';
import { showDetails } from '../show-details.ts';
import { findImage } from './find-image.ts';

/** `Image details`: as the button `Details`, on any message of a job. */
export const imageDetails = {
  data: {
    type: ApplicationCommandType.Message,
    name: textsIn('en').menus.imageDetails,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },

  async execute(interaction, messageId, context, invoker) {
    const job = await findImage(interaction, messageId, context, invoker);
    if (job && (await mayUseImage('details', interaction, job, invoker))) {
      await showDetails(interaction, job, context, invoker);
    }
  },
} satisfies Menu;
