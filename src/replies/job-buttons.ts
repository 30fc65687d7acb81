import { ButtonStyle } from 'discord.js';
import type { Texts } from '../texts/index.ts';
import type { Button } from './message.ts';

/** The buttons under a job that has ended. */
export function jobButtons({ buttons }: Texts) {
  return {
    newSeed: { action: 'new-seed', label: buttons.newSeed, style: ButtonStyle.Primary },
    reroll: { action: 'reroll', label: buttons.reroll },
    tryAgain: { action: 'reroll', label: buttons.tryAgain, style: ButtonStyle.Primary },
    fetch: { action: 'fetch-image', label: buttons.fetch, style: ButtonStyle.Primary },
    details: { action: 'details', label: buttons.details },
    share: { action: 'share', label: buttons.share },
    delete: { action: 'delete', label: buttons.delete, style: ButtonStyle.Danger },
  } as const satisfies Record<string, Button>;
}
