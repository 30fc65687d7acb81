import { type ButtonInteraction, ButtonStyle, MessageFlags } from 'discord.js';
import { blockedText, blockProblemText } from '../../replies/blocked.ts';
import { mention } from '../../replies/format.ts';
import { button, rowOf } from '../../replies/message.ts';
import { purgeButtons } from '../../replies/purged.ts';
import { textsIn } from '../../texts/index.ts';
import { now, withTimeout } from '../../time.ts';
import { addBlock } from '../block-member.ts';
import type { Button } from '../command.ts';
import { deferAnswer } from '../defer-answer.ts';
import { fetchMember } from '../guild-member.ts';

/** A name only makes the block easier to find again. */
const NAME_TIMEOUT_MS = 2_000;

const DAY_SECONDS = 86_400;
const UNTIL_LIFTED_SECONDS = 0;

const LENGTHS = [
  { label: 'day', seconds: DAY_SECONDS },
  { label: 'week', seconds: 7 * DAY_SECONDS },
  { label: 'untilLifted', seconds: UNTIL_LIFTED_SECONDS },
] as const;

function blockArgument(memberId: string, seconds: number): string {
  return `${memberId}.${seconds}`;
}

/** Reads what `blockArgument` made; the custom id was checked for its form. */
function readBlockArgument(argument: string): { memberId: string; seconds: number } {
  const [memberId = '', seconds] = argument.split('.');
  return { memberId, seconds: Number(seconds) };
}

async function nameOf({ client }: ButtonInteraction, guildId: string, memberId: string): Promise<{ name?: string }> {
  try {
    const tooLong = () => new Error('Discord did not name a member in time.');
    const { name } = await withTimeout(NAME_TIMEOUT_MS, tooLong, (signal) =>
      fetchMember(client.rest, guildId, memberId, signal),
    );
    return { name };
  } catch {
    // Whatever the reason: the block counts without.
    return {};
  }
}

/** `Block member` in the log channel: asks for how long. */
export const logBlock: Button = {
  action: 'log-block',
  forModerators: true,

  async execute(interaction, memberId) {
    const { logBlock: words } = textsIn(interaction.locale).config;
    const choices = LENGTHS.map(({ label, seconds }) =>
      button(
        { action: 'log-block-confirmed', label: words[label], style: ButtonStyle.Danger },
        blockArgument(memberId, seconds),
      ),
    );
    await interaction.reply({
      content: words.question(mention('@', memberId)),
      components: rowOf(choices),
      flags: MessageFlags.Ephemeral,
    });
  },
};

/** `Block for a day` and the others under that question. */
export const logBlockConfirmed: Button = {
  action: 'log-block-confirmed',
  forModerators: true,

  async execute(interaction, argument, context, invoker) {
    const { guildId } = invoker;
    if (guildId === undefined) throw new Error('A moderator used this outside of servers, where there are none.');
    const { memberId, seconds } = readBlockArgument(argument);
    await deferAnswer(interaction);
    const block = {
      kind: 'member' as const,
      id: memberId,
      ...(await nameOf(interaction, guildId, memberId)),
      ...(seconds === UNTIL_LIFTED_SECONDS ? {} : { untilMs: now() + seconds * 1_000 }),
    };
    const { rest, user } = interaction.client;
    const outcome = await addBlock({ context, invoker: { ...invoker, guildId }, rest, botId: user.id }, block);
    const texts = textsIn(interaction.locale);
    if ('problem' in outcome) {
      const content = texts.config.unchanged(blockProblemText(outcome.problem, texts));
      await interaction.editReply({ content, components: [] });
      return;
    }
    const content = blockedText(block, outcome, invoker.userId, texts);
    await interaction.editReply({ content, components: purgeButtons(memberId, texts) });
  },
};
