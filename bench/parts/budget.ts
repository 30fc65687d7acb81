import { setTimeout as wait } from 'node:timers/promises';
import type { Part } from '../part.ts';
import { settle } from '../settle.ts';
import { startStandIns } from '../stand-ins/stand-ins.ts';
import { startBotSubject } from '../subjects/bot.ts';

const REQUESTS_PER_MINUTE = 50;
const WINDOW_MS = 60_000;
/** The first window starts full, two more show how fast places are used again. */
const WINDOWS = 3;
const QUICK_MS = 3_000;

/** The most submits in any sliding minute. */
function countMost(atMs: readonly number[]): number {
  return Math.max(0, ...atMs.map((from) => atMs.filter((at) => at >= from && at < from + WINDOW_MS).length));
}

/** How much of the budget was used once it was full: each place is free again a minute after it was used. */
function usedShares(atMs: readonly number[]): number[] {
  return atMs.slice(REQUESTS_PER_MINUTE).map((at, index) => WINDOW_MS / (at - (atMs[index] ?? at)));
}

export const budget = {
  name: 'budget',
  about: `how much of ${REQUESTS_PER_MINUTE} requests a minute one process uses while its queue is never empty`,
  async run(options) {
    const standIns = await startStandIns({ segmind: { requestsPerMinute: REQUESTS_PER_MINUTE, creditsUsd: 10_000 } });
    const subject = await startBotSubject(standIns, {
      env: { SEGMIND_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE) },
    });
    try {
      await settle(options);
      await standIns.sendCommands({ commands: REQUESTS_PER_MINUTE * (WINDOWS + 1), perSecond: 100 });
      await wait(options.isQuick ? QUICK_MS : WINDOWS * WINDOW_MS - WINDOW_MS / 2);
      const { atMs, refused } = await standIns.submits();
      return [
        {
          title: `${atMs.length} submits`,
          rows: [
            {
              figure: 'budget used, %',
              bot: usedShares(atMs).map((share) => share * 100),
              aim: { of: 'bot' as const, atLeast: 98 },
            },
            {
              figure: 'most submits in any sliding minute',
              bot: [countMost(atMs)],
              digits: 0,
              aim: { of: 'bot' as const, atMost: REQUESTS_PER_MINUTE },
            },
            { figure: '429s', bot: [refused], digits: 0, aim: { of: 'bot' as const, atMost: 0 } },
          ],
        },
      ];
    } finally {
      await subject.stop();
      await standIns.close();
    }
  },
} satisfies Part;
