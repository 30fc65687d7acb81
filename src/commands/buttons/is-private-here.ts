import { type ButtonInteraction, MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Job } from '../../jobs/job.ts';

/** Whether what is made from an image here is private: as the image, or as its private message where it was shared since then. */
export function isPrivateHere(
  { message }: Pick<ButtonInteraction | ModalSubmitInteraction, 'message'>,
  { isPrivate, sharedAtMs }: Job,
): boolean {
  return isPrivate || (sharedAtMs !== undefined && message?.flags.has(MessageFlags.Ephemeral) === true);
}
