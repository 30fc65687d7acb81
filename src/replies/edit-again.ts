import { ButtonStyle } from 'discord.js';
import type { Texts } from '../texts/index.ts';
import { button, type MessageBody, rowOf } from './message.ts';

/** The button that opens the member's refused form again. */
export function editAgain(userId: string, { buttons }: Texts): MessageBody['components'] {
  return rowOf([button({ action: 'draft', label: buttons.editAgain, style: ButtonStyle.Primary }, userId)]);
}
