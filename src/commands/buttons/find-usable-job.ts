import { type ButtonInteraction, MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { buttonRefusalText } from '../../replies/refusal.ts';
import { mayUseButton } from '../../settings/permissions.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Refusal } from '../form/keep-draft.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';
import { findJob } from './find-job.ts';

/** What is done with an image, and which setting of a server says who may: whoever may repeat an image may also see how. */
const USES = {
  reroll: { policy: 'reroll', refusal: 'repeat', isForRequester: false },
  'new-seed': { policy: 'newSeed', refusal: 'repeat', isForRequester: false },
  edit: { policy: 'reroll', refusal: 'edit', isForRequester: false },
  /** Nothing in it is news to the requester. */
  details: { policy: 'reroll', refusal: 'details', isForRequester: true },
} as const;

/**
 * The job that a button or a form is about, if the member may do this with its image.
 * @param toRefusal default: the text alone
 * @returns undefined when there is none, or they may not; then they have been answered privately
 */
export async function findUsableJob(
  use: keyof typeof USES,
  interaction: ButtonInteraction | ModalSubmitInteraction,
  jobId: string,
  context: CommandContext,
  invoker: Invoker,
  toRefusal: (content: string) => Refusal = (content) => ({ content }),
): Promise<Job | undefined> {
  const job = await findJob(interaction, jobId, context, invoker);
  if (!job) return undefined;
  const { policy, refusal, isForRequester } = USES[use];
  if (isForRequester && invoker.userId === job.requesterId) return job;
  const rules = await rulesInTime(invoker);
  if (rules && mayUseButton(policy, invoker, job.requesterId, rules.settings)) return job;
  const texts = textsIn(interaction.locale);
  const content = rules ? buttonRefusalText(rules.settings.buttons[policy], refusal, texts) : texts.refusal.busy;
  await interaction.reply({ ...toRefusal(content), flags: MessageFlags.Ephemeral });
  return undefined;
}
