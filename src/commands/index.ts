import { cancel } from './cancel.ts';
import type { Button, Command } from './command.ts';
import { deletePicture } from './delete.ts';
import { newSeed, reroll } from './reroll.ts';
import { timeless } from './timeless.ts';

/** Everything a member can trigger. */
export const commands: readonly Command[] = [timeless];
export const buttons: readonly Button[] = [cancel, reroll, newSeed, deletePicture];
