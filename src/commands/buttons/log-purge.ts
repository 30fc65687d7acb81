import { type ButtonInteraction, MessageFlags } from 'discord.js';
import { isRefusal } from '../../delivery/refusals.ts';
import { PURGE_PERIODS, type PurgePeriod } from '../../replies/custom-id.ts';
import { mention } from '../../replies/format.ts';
import { purgeButtons, purgedText } from '../../replies/purged.ts';
import { textsIn } from '../../texts/index.ts';
import { monotonicNow, now } from '../../time.ts';
import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';

/** Between two edits that show the progress. */
const EDIT_INTERVAL_MS = 2_000;

const HOUR_MS = 3_600_000;
const LENGTH_MS: Readonly<Record<PurgePeriod, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS };

function readPurgeArgument(argument: string): { memberId: string; period: PurgePeriod } {
  const [memberId = '', name] = argument.split('.');
  const period = PURGE_PERIODS.find((known) => known === name);
  if (period === undefined) throw new Error('The custom id was checked for its form.');
  return { memberId, period };
}

/** Edits the private answer. Does nothing any more once Discord has refused: its token ends after 15 minutes, the purge doesn't. */
function createAnswer(interaction: ButtonInteraction) {
  let isOver = false;
  return async (answer: Parameters<ButtonInteraction['editReply']>[0]): Promise<void> => {
    if (isOver) return;
    try {
      await interaction.editReply(answer);
    } catch (error) {
      isOver = isRefusal(error);
    }
  };
}

/** `Purge last hour` and the others, under the answer that somebody is blocked. */
export const logPurge: Button = {
  action: 'log-purge',
  forModerators: true,

  async execute(interaction, argument, { imagePurges, modLog, log }, { guildId, userId }) {
    if (guildId === undefined) throw new Error('A moderator used this outside of servers, where there are none.');
    const { memberId, period } = readPurgeArgument(argument);
    const texts = textsIn(interaction.locale);
    const { progress, isRunning } = texts.config.purge;
    await deferAnswer(interaction);
    const answer = createAnswer(interaction);
    let nextEditAtMs = 0;
    const counts = await imagePurges.run(
      { guildId, memberId, sinceMs: now() - LENGTH_MS[period] },
      async (done, total) => {
        if (done === total || monotonicNow() < nextEditAtMs) return;
        nextEditAtMs = monotonicNow() + EDIT_INTERVAL_MS;
        await answer({ content: progress(done, total), components: [] });
      },
    );
    if (!counts) {
      await interaction.followUp({ content: isRunning(mention('@', memberId)), flags: MessageFlags.Ephemeral });
      return;
    }
    log.info({ user: userId, guild: guildId, member: memberId, period, ...counts }, 'images purged by a moderator');
    if (counts.removed > 0)
      modLog.note(guildId, { kind: 'purged', byId: userId, memberId, period, messages: counts.removed });
    // A longer period, or another try, may find more.
    await answer({
      content: purgedText(counts, { memberId, period }, texts),
      components: purgeButtons(memberId, texts),
    });
  },
};
