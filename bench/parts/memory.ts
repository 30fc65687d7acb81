import { alternate } from '../alternate.ts';
import type { BenchOptions, Part, Table } from '../part.ts';
import { readProcess } from '../process-facts.ts';
import { settle } from '../settle.ts';
import { startStandIns } from '../stand-ins/stand-ins.ts';
import { startBareSubject } from '../subjects/bare.ts';
import { startBotSubject } from '../subjects/bot.ts';
import type { Subject } from '../subjects/subject.ts';

const BYTES_PER_MIB = 1024 * 1024;
const GUILDS = 1_000;
const IDLE_ROUNDS = 5;
const MAX_IDLE_RATIO = 1.3;

async function measureIdle(start: () => Promise<Subject>, options: BenchOptions): Promise<number | undefined> {
  const subject = await start();
  await settle(options);
  const facts = await readProcess(subject.pid);
  await subject.stop();
  return facts && facts.residentBytes / BYTES_PER_MIB;
}

async function compareIdle(options: BenchOptions): Promise<Table> {
  const standIns = await startStandIns({ guilds: options.isQuick ? 10 : GUILDS });
  const { bot, beside } = await alternate(options.isQuick ? 1 : IDLE_ROUNDS, {
    bot: () => measureIdle(() => startBotSubject(standIns), options),
    beside: () => measureIdle(() => startBareSubject(standIns), options),
  });
  await standIns.close();
  return {
    title: `Idle, in ${GUILDS} servers`,
    beside: 'bare client',
    rows: [
      {
        figure: 'resident memory, MiB',
        bot: bot.filter((value) => value !== undefined),
        beside: beside.filter((value) => value !== undefined),
        aim: { of: 'ratio', atMost: MAX_IDLE_RATIO },
      },
    ],
  };
}

export const memory = {
  name: 'memory',
  about: 'resident memory',
  run: async (options) => [await compareIdle(options)],
} satisfies Part;
