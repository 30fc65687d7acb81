import { ApplicationCommandOptionType } from 'discord.js';
import { monthWords } from '../../replies/format.ts';
import { button, rowOf } from '../../replies/message.ts';
import { type AccountFacts, usagePage } from '../../replies/usage-page.ts';
import { textsIn } from '../../texts/index.ts';
import { now, within } from '../../time.ts';
import { attachmentSizeLimitOf } from '../attachment-size-limit.ts';
import type { CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { choicesFrom } from './choices.ts';
import { keptMonths } from './months.ts';
import type { Subcommand } from './subcommand.ts';
import { usageFiles } from './usage-files.ts';

/** The image service may take longer, but not the moderator. */
const CREDITS_PATIENCE_MS = 5_000;

/** Whether the moderators of a server may see the account at the image service. */
export function isOperatorGuild({ account }: CommandContext, guildId: string): boolean {
  return account.operatorGuildIds.includes(guildId);
}

async function findAccount(context: CommandContext): Promise<AccountFacts> {
  const { account, admission, log } = context;
  const asked = account.getCredits().catch((error: unknown) => {
    log.warn({ err: error }, 'the credits are not known');
    return undefined;
  });
  const credits = await within(CREDITS_PATIENCE_MS, asked);
  const { budgetUsdPerDay } = account;
  return { credits, stopped: account.stopped(), everywhere: admission.spendingEverywhere(), budgetUsdPerDay };
}

/** `usage`: what the server has used in a month, for the eyes of who asked. */
export const usage: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'usage',
    description: 'Images and costs of a month',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'month',
        description: 'Such as 2026-10; default: this month',
        max_length: 20,
        autocomplete: true,
      },
    ],
  },

  async execute(interaction, context, { guildId, rules }) {
    await deferPrivately(interaction);
    const months = keptMonths(now());
    const [thisMonth = ''] = months;
    const month = interaction.options.getString('month')?.trim() ?? thisMonth;
    if (!months.includes(month)) {
      const content = `\`month\`: give a year and month from ${months.at(-1)} to ${thisMonth}; usage is kept that long.`;
      await answerPrivately(interaction, { content });
      return;
    }
    const isOperator = isOperatorGuild(context, guildId);
    const rows = await context.usage.month(guildId, month);
    const [{ settings, ceilings }, spending, account, { files, notes }] = await Promise.all([
      rules,
      month === thisMonth ? context.admission.spending(guildId) : undefined,
      isOperator ? findAccount(context) : undefined,
      usageFiles(context, month, rows, attachmentSizeLimitOf(interaction)),
    ]);
    const facts = { month, rows, budget: settings.budget, ceilings, notes };
    const embed = usagePage(
      { ...facts, ...(spending ? { spending } : {}), ...(account ? { account } : {}) },
      textsIn(interaction.locale),
    );
    const buttons = account?.stopped ? [button({ action: 'check-again', label: 'Check again' }, guildId)] : [];
    await answerPrivately(interaction, { embeds: [embed], components: rowOf(buttons), files });
  },

  async autocomplete(interaction) {
    const months = keptMonths(now()).map((month) => ({ name: `${month}, ${monthWords(month)}`, value: month }));
    await interaction.respond(choicesFrom(months, interaction.options.getFocused()));
  },
};
