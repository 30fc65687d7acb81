import { ButtonStyle, MessageFlags } from 'discord.js';
import { button, rowOf } from '../../replies/message.ts';
import { HISTORY_RETENTION_DAYS } from '../../settings/old-settings.ts';
import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { isOwnData } from './own-data.ts';
import { refuseDataRequest } from './refuse-data-request.ts';

/** `Delete my data`: says what goes and what stays, and asks. */
export const eraseData: Button = {
  action: 'erase-data',

  async execute(interaction, ownerId, _context, invoker) {
    if (!(await isOwnData(interaction, ownerId, invoker))) return;
    const { label, question } = textsIn(interaction.locale).me.erase;
    const confirm = button({ action: 'erase-data-confirmed', label, style: ButtonStyle.Danger }, ownerId);
    await interaction.reply({
      content: question(HISTORY_RETENTION_DAYS),
      components: rowOf([confirm]),
      flags: MessageFlags.Ephemeral,
    });
  },
};

/** `Delete my data` under that question. */
export const eraseDataConfirmed: Button = {
  action: 'erase-data-confirmed',

  async execute(interaction, ownerId, { people, dataRequests }, invoker) {
    if (!(await isOwnData(interaction, ownerId, invoker))) return;
    const refusal = await dataRequests.run('erase', ownerId, async () => {
      await deferAnswer(interaction);
      const erased = await people.erase(ownerId);
      await interaction.editReply({ content: textsIn(interaction.locale).me.erase.done(erased), components: [] });
    });
    if (refusal) await refuseDataRequest(interaction, refusal);
  },
};
