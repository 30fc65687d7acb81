import { MessageFlags } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Modal } from '../command.ts';
import { readFields } from '../form/fields.ts';
import { keepDraft, keepDraftOnFailure } from '../form/keep-draft.ts';
import { submitForm } from '../form/submit-form.ts';
import { loadChoices, preselect } from '../preselection.ts';

/** The submitted form of `/timeless-compose`. */
export const composeSubmitted = {
  action: 'compose',
  async execute(interaction, audience, context, invoker) {
    const draft = { form: readFields(interaction.fields), isPrivate: audience === 'private' };
    await keepDraftOnFailure(draft, invoker.userId, context, async () => {
      const choices = await loadChoices(context, invoker);
      if (!choices) {
        const texts = textsIn(interaction.locale);
        const refusal = keepDraft(texts.refusal.busy, draft, invoker.userId, context, texts);
        await interaction.reply({ ...refusal, flags: MessageFlags.Ephemeral });
        return;
      }
      const preselection = preselect(choices, invoker);
      const submitted = {
        draft,
        shown: preselection.defaults,
        preselection,
        startedBy: { button: 'compose' },
      } as const;
      await submitForm(interaction, submitted, context, invoker);
    });
  },
} satisfies Modal;
