/**
 * Loaded before the bot (`node --import`): on SIGUSR2 it sets the wall clock, as every part of the bot reads it, ahead by so many
 * milliseconds as the file in `CLOCK_STEP_FILE` says, and removes the file.
 */
import { readFileSync, rmSync } from 'node:fs';

const RealDate = Date;
let aheadMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};

process.on('SIGUSR2', () => {
  const path = process.env['CLOCK_STEP_FILE'] ?? '';
  aheadMs = Number(readFileSync(path, 'utf8'));
  rmSync(path);
});
