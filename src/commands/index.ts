import { cancel } from './cancel.ts';
import type { Button, Command } from './command.ts';
import { checkAgain } from './config/check-again.ts';
import { timelessConfig } from './config/index.ts';
import { resetConfirmed } from './config/reset-confirmed.ts';
import { deletePicture } from './delete.ts';
import { fetchImage } from './fetch-image.ts';
import { logBlock, logBlockConfirmed } from './log-block.ts';
import { logDelete, logDeleteConfirmed } from './log-delete.ts';
import { newSeed, reroll } from './reroll.ts';
import { timeless } from './timeless.ts';

/** Everything a member can trigger. */
export const commands: readonly Command[] = [timeless, timelessConfig];
export const buttons: readonly Button[] = [
  cancel,
  reroll,
  newSeed,
  deletePicture,
  fetchImage,
  resetConfirmed,
  checkAgain,
  logDelete,
  logDeleteConfirmed,
  logBlock,
  logBlockConfirmed,
];
