import type { Select } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { listPage } from './list-page.ts';

/** Chooses which of one's own images the buttons are for. */
export const chooseImage: Select = {
  action: 'images-choose',
  async execute(interaction, page, context, invoker) {
    await deferAnswer(interaction);
    const [selectedId] = interaction.values;
    const shown = { page: Number(page), selectedId };
    await interaction.editReply(await listPage(context, invoker, interaction.locale, shown));
  },
};
