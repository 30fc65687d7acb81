import { alternate } from '../alternate.ts';
import type { BenchOptions, Part } from '../part.ts';
import { settle } from '../settle.ts';
import { startStandIns } from '../stand-ins/stand-ins.ts';
import { startBotSubject } from '../subjects/bot.ts';
import { startBareSubject } from '../subjects/script.ts';
import type { Subject } from '../subjects/subject.ts';

const ROUNDS = 15;
const MAX_RATIO = 1.5;

async function timeStart(start: () => Promise<Subject>, options: BenchOptions): Promise<number> {
  await settle(options);
  const { readyAfterMs, stop } = await start();
  await stop();
  return readyAfterMs;
}

export const start = {
  name: 'start',
  about: 'from the start of the process until it is connected, beside a bare client',
  async run(options) {
    const standIns = await startStandIns();
    const { bot, beside } = await alternate(options.isQuick ? 1 : ROUNDS, {
      bot: () => timeStart(() => startBotSubject(standIns), options),
      beside: () => timeStart(() => startBareSubject(standIns), options),
    });
    await standIns.close();
    return [
      {
        title: 'A restart with an up-to-date database and registered commands',
        beside: 'bare client',
        rows: [{ figure: 'ready after, ms', bot, beside, digits: 0, aim: { of: 'ratio', atMost: MAX_RATIO } }],
      },
    ];
  },
} satisfies Part;
