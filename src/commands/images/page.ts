import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { listPage } from './list-page.ts';

/** `Newer` and `Older` under one's own images. */
export const turnPage: Button = {
  action: 'images-page',
  async execute(interaction, page, context, invoker) {
    await deferAnswer(interaction);
    await interaction.editReply(await listPage(context, invoker, interaction.locale, { page: Number(page) }));
  },
};
