import { MessageFlags } from 'discord.js';
import { textsIn } from '../../texts/index.ts';
import type { Modal } from '../command.ts';
import { defaultsFor } from '../defaults.ts';
import { readFields } from '../form/fields.ts';
import { keepDraft } from '../form/keep-draft.ts';
import { submitForm } from '../form/submit-form.ts';
import { rulesInTime } from '../invoker.ts';

/** The submitted form of `/timeless-compose`. */
export const composeSubmitted = {
  action: 'compose',
  async execute(interaction, audience, context, invoker) {
    const draft = { form: readFields(interaction.fields), isPrivate: audience === 'private' };
    const rules = await rulesInTime(invoker);
    if (!rules) {
      const texts = textsIn(interaction.locale);
      const refusal = keepDraft(texts.refusal.busy, draft, invoker.userId, context, texts);
      await interaction.reply({ ...refusal, flags: MessageFlags.Ephemeral });
      return;
    }
    const base = defaultsFor(rules.settings, invoker.roleIds);
    await submitForm(interaction, { draft, base, startedBy: { button: 'compose' } }, context, invoker);
  },
} satisfies Modal;
