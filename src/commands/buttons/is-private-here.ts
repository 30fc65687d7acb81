import { type ButtonInteraction, MessageFlags } from 'discord.js';
import type { Job } from '../../jobs/job.ts';

/** Whether what is made from an image here is private: as the image, or as its private message where it was shared since then. */
export function isPrivateHere(
  { message }: Pick<ButtonInteraction, 'message'>,
  { isPrivate, sharedAtMs }: Job,
): boolean {
  if (isPrivate || sharedAtMs === undefined) return isPrivate;
  // The list of one's images is private too, but has none of their files.
  return message.flags.has(MessageFlags.Ephemeral) && message.attachments.size > 0;
}
