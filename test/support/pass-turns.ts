import { yieldToEventLoop } from '../../src/time.ts';

/** More than the writes to SQLite that follow from one event take. */
const TURNS = 48;

/** Lets some turns of the event loop pass, in which nothing happens to faked timers. */
export async function passTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await yieldToEventLoop();
}
