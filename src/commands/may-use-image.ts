import {
  type ButtonInteraction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { buttonRefusalText } from '../replies/refusal.ts';
import { mayUseButton } from '../settings/permissions.ts';
import { textsIn } from '../texts/index.ts';
import type { Refusal } from './form/keep-draft.ts';
import { type Invoker, rulesInTime } from './invoker.ts';

/** What is done with an image, and which setting of a server says who may. Members who may repeat an image may also see its details. */
const USES = {
  reroll: { policy: 'reroll', refusal: 'repeat', isForRequester: false },
  'new-seed': { policy: 'newSeed', refusal: 'repeat', isForRequester: false },
  edit: { policy: 'reroll', refusal: 'edit', isForRequester: false },
  /** Nothing in it is news to the requester. */
  details: { policy: 'reroll', refusal: 'details', isForRequester: true },
} as const;

export type ImageUse = keyof typeof USES;

/**
 * Whether the member may do this with an image. If not, they have been answered privately.
 * @param toRefusal default: the text alone
 */
export async function mayUseImage(
  use: ImageUse,
  interaction: ButtonInteraction | MessageContextMenuCommandInteraction | ModalSubmitInteraction,
  { requesterId }: Job,
  invoker: Invoker,
  toRefusal: (content: string) => Refusal = (content) => ({ content }),
): Promise<boolean> {
  const { policy, refusal, isForRequester } = USES[use];
  if (isForRequester && invoker.userId === requesterId) return true;
  const rules = await rulesInTime(invoker);
  if (rules && mayUseButton(policy, invoker, requesterId, rules.settings)) return true;
  const texts = textsIn(interaction.locale);
  const content = rules ? buttonRefusalText(rules.settings.buttons[policy], refusal, texts) : texts.refusal.busy;
  await interaction.reply({ ...toRefusal(content), flags: MessageFlags.Ephemeral });
  return false;
}
