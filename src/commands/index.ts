import { cancel } from './buttons/cancel.ts';
import { deleteImage } from './buttons/delete.ts';
import { details } from './buttons/details.ts';
import { fetchImage } from './buttons/fetch-image.ts';
import { logBlock, logBlockConfirmed } from './buttons/log-block.ts';
import { logDelete, logDeleteConfirmed } from './buttons/log-delete.ts';
import { logPurge } from './buttons/log-purge.ts';
import { newSeed, reroll } from './buttons/reroll.ts';
import type { Button, Command } from './command.ts';
import { checkAgain } from './config/check-again.ts';
import { timelessConfig } from './config/index.ts';
import { resetConfirmed } from './config/reset-confirmed.ts';
import { eraseData, eraseDataConfirmed } from './me/erase-data.ts';
import { exportData } from './me/export-data.ts';
import { timelessMe } from './me/index.ts';
import { timelessStyle } from './style/index.ts';
import { timeless } from './timeless.ts';

/** Everything a member can trigger. */
export const commands: readonly Command[] = [timeless, timelessConfig, timelessMe, timelessStyle];
export const buttons: readonly Button[] = [
  cancel,
  reroll,
  newSeed,
  details,
  deleteImage,
  fetchImage,
  resetConfirmed,
  checkAgain,
  logDelete,
  logDeleteConfirmed,
  logBlock,
  logBlockConfirmed,
  exportData,
  eraseData,
  eraseDataConfirmed,
  logPurge,
];
