import { cancel } from './buttons/cancel.ts';
import { deleteImage } from './buttons/delete.ts';
import { details } from './buttons/details.ts';
import { edit } from './buttons/edit.ts';
import { example } from './buttons/example.ts';
import { fetchImage } from './buttons/fetch-image.ts';
import { logBlock, logBlockConfirmed } from './buttons/log-block.ts';
import { logDelete, logDeleteConfirmed } from './buttons/log-delete.ts';
import { logPurge } from './buttons/log-purge.ts';
import { openDraft } from './buttons/open-draft.ts';
import { queueMine, queueServer } from './buttons/queue-page.ts';
import { newSeed, reroll } from './buttons/reroll.ts';
import { share } from './buttons/share.ts';
import { showCommand } from './buttons/show-command.ts';
import type { Button, Command, Handlers, Menu, Modal, Select } from './command.ts';
import { checkAgain } from './config/check-again.ts';
import { timelessConfig } from './config/index.ts';
import { resetConfirmed } from './config/reset-confirmed.ts';
import { timelessHelp } from './help.ts';
import { chooseImage } from './images/choose.ts';
import { timelessImages } from './images/index.ts';
import { turnPage } from './images/page.ts';
import { starImage } from './images/star.ts';
import { eraseData, eraseDataConfirmed } from './me/erase-data.ts';
import { exportData } from './me/export-data.ts';
import { timelessMe } from './me/index.ts';
import { imageDetails } from './menus/image-details.ts';
import { remixImage } from './menus/remix-image.ts';
import { reportImage } from './menus/report-image.ts';
import { composeSubmitted } from './modals/compose.ts';
import { editSubmitted, privateEditSubmitted } from './modals/edit.ts';
import { timelessQueue } from './queue/index.ts';
import { queueCancelMine, queueCancelServer } from './selects/queue-cancel.ts';
import { timelessStyle } from './style/index.ts';
import { timeless } from './timeless.ts';
import { timelessCompose } from './timeless-compose.ts';

const commands: readonly Command[] = [
  timeless,
  timelessCompose,
  timelessConfig,
  timelessHelp,
  timelessImages,
  timelessMe,
  timelessQueue,
  timelessStyle,
];

const menus: readonly Menu[] = [imageDetails, remixImage, reportImage];

const buttons: readonly Button[] = [
  cancel,
  reroll,
  newSeed,
  edit,
  openDraft,
  details,
  showCommand,
  deleteImage,
  fetchImage,
  share,
  turnPage,
  starImage,
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
  example,
  queueMine,
  queueServer,
];

const selects: readonly Select[] = [queueCancelMine, queueCancelServer, chooseImage];

const modals: readonly Modal[] = [editSubmitted, privateEditSubmitted, composeSubmitted];

/** Everything a member can trigger. */
export const handlers: Handlers = { commands, menus, buttons, selects, modals };

/** A command or menu as Discord's API takes it. */
export type Registration = (Command | Menu)['data'];

/** All that is registered at Discord. */
export const registrations: readonly Registration[] = [...commands, ...menus].map(({ data }) => data);
