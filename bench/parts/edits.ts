import type { Part } from '../part.ts';
import { settle } from '../settle.ts';
import { startStandIns } from '../stand-ins/stand-ins.ts';
import { startBotSubject } from '../subjects/bot.ts';

const JOBS = 40;
const QUICK_JOBS = 4;
const MAX_EDITS = 6;
/** As long as an ordinary image takes at Segmind, and as short as possible. */
const ORDINARY = { queueMs: 1_500, renderMs: 9_000 };
const QUICK = { queueMs: 0, renderMs: 100 };

export const edits = {
  name: 'edits',
  about: 'how often the message of an ordinary job is edited, the final edit included',
  async run(options) {
    const jobs = options.isQuick ? QUICK_JOBS : JOBS;
    const segmind = { ...(options.isQuick ? QUICK : ORDINARY), requestsPerMinute: 10_000, creditsUsd: 10_000 };
    const standIns = await startStandIns({ segmind });
    const subject = await startBotSubject(standIns);
    try {
      await settle(options);
      await standIns.completeCommands({ commands: jobs, perSecond: 4, options: { prompt: 'a red rose', seed: 7 } });
      const { editsByJob, discordRefused } = await standIns.countRequests();
      return [
        {
          title: `${jobs} jobs with default options`,
          rows: [
            {
              figure: 'most edits of a job',
              bot: [Math.max(...editsByJob)],
              digits: 0,
              aim: { of: 'bot' as const, atMost: MAX_EDITS },
            },
            { figure: 'edits a job', bot: editsByJob },
            { figure: '429s from Discord', bot: [discordRefused], digits: 0, aim: { of: 'bot' as const, atMost: 0 } },
          ],
        },
      ];
    } finally {
      await subject.stop();
      await standIns.close();
    }
  },
} satisfies Part;
