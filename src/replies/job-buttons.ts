import { ButtonStyle } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { customId } from './custom-id.ts';
import { type Button, button, type MessageBody, rowOf } from './message.ts';

/** Of a row. */
const MAX_BUTTONS = 5;

/** The buttons under a job that has ended. */
export function jobButtons({ buttons }: Texts) {
  return {
    newSeed: { action: 'new-seed', label: buttons.newSeed, style: ButtonStyle.Primary },
    reroll: { action: 'reroll', label: buttons.reroll },
    tryAgain: { action: 'reroll', label: buttons.tryAgain, style: ButtonStyle.Primary },
    fetch: { action: 'fetch-image', label: buttons.fetch, style: ButtonStyle.Primary },
    edit: { action: 'edit', label: buttons.edit },
    details: { action: 'details', label: buttons.details },
    share: { action: 'share', label: buttons.share },
    delete: { action: 'delete', label: buttons.delete, style: ButtonStyle.Danger },
  } as const satisfies Record<string, Button>;
}

/**
 * The buttons that a message has as a reply, for direct messages: with `Delete`, since Discord has no way of its own to dismiss a private
 * image there, and without `Share`.
 */
export function forDirectMessages(
  components: MessageBody['components'],
  { id, locale }: Pick<Job, 'id' | 'locale'>,
): MessageBody['components'] {
  const shareId = customId('share', id);
  const buttons = components
    .flatMap((row) => row.components)
    .filter((its) => !('custom_id' in its && its.custom_id === shareId));
  const ownId = customId('delete', id);
  if (buttons.some((its) => 'custom_id' in its && its.custom_id === ownId)) return components;
  const added = button(jobButtons(textsIn(locale)).delete, id);
  return buttons.length < MAX_BUTTONS ? rowOf([...buttons, added]) : [...components, ...rowOf([added])];
}
