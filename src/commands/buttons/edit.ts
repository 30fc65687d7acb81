import { textsIn } from '../../texts/index.ts';
import type { Button } from '../command.ts';
import { editForm } from '../form/image-form.ts';
import { findUsableJob } from './find-usable-job.ts';
import { isPrivateHere } from './is-private-here.ts';

/** `Edit`: opens a form with the image's prompt and parameters. */
export const edit = {
  action: 'edit',
  async execute(interaction, jobId, context, invoker) {
    const job = await findUsableJob('edit', interaction, jobId, context, invoker);
    if (job) await interaction.showModal(editForm(job, isPrivateHere(interaction, job), textsIn(interaction.locale)));
  },
} satisfies Button;
