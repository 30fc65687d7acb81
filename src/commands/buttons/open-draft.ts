import { type APIModalInteractionResponseCallbackData, MessageFlags } from 'discord.js';
import { type Texts, textsIn } from '../../texts/index.ts';
import { within } from '../../time.ts';
import type { Button, CommandContext } from '../command.ts';
import { composeForm, editForm } from '../form/image-form.ts';
import type { Invoker } from '../invoker.ts';
import { maySeeJob } from '../may-see-job.ts';
import { loadChoices, preselect } from '../preselection.ts';

/** How long the database may take. A form has to be the first answer, and Discord takes one within 3 s. */
const LOAD_TIMEOUT_MS = 2_000;

/** The form as it was submitted, or why it can't be opened. */
async function loadForm(
  context: CommandContext,
  invoker: Invoker,
  texts: Texts,
): Promise<APIModalInteractionResponseCallbackData | string> {
  const [draft, choices] = await Promise.all([context.drafts.find(invoker.userId), loadChoices(context, invoker)]);
  if (!draft) return texts.form.gone;
  const { form, jobId, isPrivate } = draft;
  const job = jobId === undefined ? undefined : await context.jobs.find(jobId);
  if (job && maySeeJob(job, invoker)) return editForm(job, isPrivate, texts, form);
  // Of an image that is gone, what the member typed is not.
  return choices
    ? composeForm({ base: preselect(choices, invoker).defaults, isPrivate }, texts, form)
    : texts.refusal.busy;
}

/** `Edit again` under a refusal: opens the form as the member had filled it in. */
export const openDraft = {
  action: 'draft',
  async execute(interaction, ownerId, context, invoker) {
    const texts = textsIn(interaction.locale);
    const refuse = (content: string) => interaction.reply({ content, flags: MessageFlags.Ephemeral });
    if (ownerId !== invoker.userId) {
      await refuse(texts.form.notYours);
      return;
    }
    const form = (await within(LOAD_TIMEOUT_MS, loadForm(context, invoker, texts))) ?? texts.refusal.busy;
    await (typeof form === 'string' ? refuse(form) : interaction.showModal(form));
  },
} satisfies Button;
