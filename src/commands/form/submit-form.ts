import { MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Draft } from '../../jobs/drafts.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Defaults } from '../defaults.ts';
import { generate } from '../generate.ts';
import type { Invoker } from '../invoker.ts';
import { parseOptions } from '../options.ts';
import type { StartedBy } from '../origin.ts';
import type { Preselection } from '../preselection.ts';
import { toOptions } from './fields.ts';
import { keepDraft } from './keep-draft.ts';

interface SubmittedForm {
  readonly draft: Draft;
  /** What the form had chosen already: where the member leaves that as it was, the preselection counts. */
  readonly shown: Defaults;
  /** What is painted where the form says nothing. */
  readonly preselection: Preselection;
  /** Default: a new one. */
  readonly seed?: number;
  readonly startedBy: StartedBy;
}

/** Requests what a form says. When that is refused, the form can be opened again. */
export async function submitForm(
  interaction: ModalSubmitInteraction,
  { draft, shown, preselection, seed, startedBy }: SubmittedForm,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  const texts = textsIn(interaction.locale);
  const { form, isPrivate } = draft;
  const options = toOptions(form, { shown, isPrivate, ...(seed === undefined ? {} : { seed }) });
  const parsed = parseOptions(options, preselection, texts);
  if ('problems' in parsed) {
    const refusal = keepDraft(parsed.problems.join('\n'), draft, invoker.userId, context, texts);
    await interaction.reply({ ...refusal, flags: MessageFlags.Ephemeral });
    return;
  }
  await generate(interaction, { ...parsed, startedBy, draft }, context, invoker);
}
