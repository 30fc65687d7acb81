import { MessageFlags } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import { findUsableJob } from '../buttons/find-usable-job.ts';
import type { Modal } from '../command.ts';
import { limitParameters } from '../defaults.ts';
import { readFields } from '../form/fields.ts';
import { keepDraft, keepDraftOnFailure } from '../form/keep-draft.ts';
import { submitForm } from '../form/submit-form.ts';
import { rulesInTime } from '../invoker.ts';

/** Paints an image with other parameters. The seed and what the form doesn't show stay, within the limits of who edits it. */
const submit =
  (isPrivateForm: boolean): Modal['execute'] =>
  async (interaction, jobId, context, invoker) => {
    const { userId } = invoker;
    const kept = { form: readFields(interaction.fields), jobId, isPrivate: isPrivateForm };
    await keepDraftOnFailure(kept, userId, context, async () => {
      const texts = textsIn(interaction.locale);
      const toRefusal = (content: string) => keepDraft(content, kept, userId, context, texts);
      const job = await findUsableJob('edit', interaction, jobId, context, invoker, toRefusal);
      if (!job) return;
      const rules = await rulesInTime(invoker);
      if (!rules) {
        await interaction.reply({ ...toRefusal(texts.refusal.busy), flags: MessageFlags.Ephemeral });
        return;
      }
      const { style } = job;
      const { prompt, negativePrompt, seed, ...shown } = job.parameters;
      const draft = { ...kept, isPrivate: isPrivateForm || job.isPrivate };
      // Nothing in the form could change what exceeds a limit that the image's requester doesn't have.
      const limited = limitParameters(shown, rules.settings, invoker.roleIds);
      const startedBy = { button: 'edit', job } as const;
      await submitForm(
        interaction,
        { draft, shown, preselection: { ...limited, style }, seed, startedBy },
        context,
        invoker,
      );
    });
  };

/** The submitted form of `Edit`. */
export const editSubmitted = { action: 'edit', execute: submit(false) } satisfies Modal;

/** The same where the new image is for the member alone. */
export const privateEditSubmitted = { action: 'edit-private', execute: submit(true) } satisfies Modal;
