import { textsIn } from '../../texts/index.ts';
import { findUsableJob } from '../buttons/find-usable-job.ts';
import type { Modal } from '../command.ts';
import { readFields } from '../form/fields.ts';
import { keepDraft, keepDraftOnFailure } from '../form/keep-draft.ts';
import { submitForm } from '../form/submit-form.ts';

/** Paints an image with other parameters; the seed and what the form doesn't show stay. */
const submit =
  (isPrivateForm: boolean): Modal['execute'] =>
  async (interaction, jobId, context, invoker) => {
    const { userId } = invoker;
    const kept = { form: readFields(interaction.fields), jobId, isPrivate: isPrivateForm };
    await keepDraftOnFailure(kept, userId, context, async () => {
      const job = await findUsableJob('edit', interaction, jobId, context, invoker, (content) =>
        keepDraft(content, kept, userId, context, textsIn(interaction.locale)),
      );
      if (!job) return;
      const { style } = job;
      const { prompt, negativePrompt, seed, ...defaults } = job.parameters;
      const draft = { ...kept, isPrivate: isPrivateForm || job.isPrivate };
      const submitted = { draft, preselection: { defaults, style }, seed, startedBy: { button: 'edit', job } } as const;
      await submitForm(interaction, submitted, context, invoker);
    });
  };

/** The submitted form of `Edit`. */
export const editSubmitted = { action: 'edit', execute: submit(false) } satisfies Modal;

/** The same where the new image is for the member alone. */
export const privateEditSubmitted = { action: 'edit-private', execute: submit(true) } satisfies Modal;
