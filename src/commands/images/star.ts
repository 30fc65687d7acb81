import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { listPage } from './list-page.ts';

/** Gives one of one's own images a star, or takes it away. */
export const starImage: Button = {
  action: 'images-star',
  async execute(interaction, argument, context, invoker) {
    const [selectedId = '', page] = argument.split('.');
    await deferAnswer(interaction);
    await context.memberImages.toggleStar(selectedId, invoker.userId);
    const shown = { page: Number(page), selectedId };
    await interaction.editReply(await listPage(context, invoker, interaction.locale, shown));
  },
};
