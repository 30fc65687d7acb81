import { textsIn } from '../../texts/index.ts';
import { findUsableJob } from '../buttons/find-usable-job.ts';
import { isPrivateHere } from '../buttons/is-private-here.ts';
import type { Modal } from '../command.ts';
import { readFields } from '../form/fields.ts';
import { keepDraft } from '../form/keep-draft.ts';
import { submitForm } from '../form/submit-form.ts';

/** The submitted form of `Edit`: paints an image with other parameters; the seed and what the form doesn't show stay. */
export const editSubmitted = {
  action: 'edit',
  async execute(interaction, jobId, context, invoker) {
    const form = readFields(interaction.fields);
    const job = await findUsableJob('edit', interaction, jobId, context, invoker, (content) =>
      keepDraft(content, { form, jobId, isPrivate: false }, invoker.userId, context, textsIn(interaction.locale)),
    );
    if (!job) return;
    const { style } = job;
    const { prompt, negativePrompt, seed, ...defaults } = job.parameters;
    const draft = { form, jobId, isPrivate: isPrivateHere(interaction, job) };
    const submitted = { draft, preselection: { defaults, style }, seed, startedBy: { button: 'edit', job } } as const;
    await submitForm(interaction, submitted, context, invoker);
  },
} satisfies Modal;
