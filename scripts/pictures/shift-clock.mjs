/**
 * Loaded before the bot and the sandbox (`node --import`): shifts the wall clock by `CLOCK_SHIFT_MS`, so that pictures show the
 * same day in every run.
 */
const RealDate = Date;
const shiftMs = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};
