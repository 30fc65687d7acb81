import { ApplicationCommandOptionType } from 'discord.js';
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

const english = textsIn('en').config.usage;

/** Segmind may take longer, but the moderator shouldn't wait. */
const CREDITS_TIMEOUT_MS = 5_000;

/** Whether the moderators of a server may see the account at Segmind. */
export function isOperatorGuild({ account }: CommandContext, guildId: string): boolean {
  return account.operatorGuildIds.includes(guildId);
}

async function findAccount(context: CommandContext): Promise<AccountFacts> {
  const { account, admission, log } = context;
  const asked = account.getCredits().catch((error: unknown) => {
    log.warn({ err: error }, 'credits request failed');
    return undefined;
  });
  const credits = await within(CREDITS_TIMEOUT_MS, asked);
  const { budgetUsdPerDay } = account;
  return { credits, stopped: account.stopped(), everywhere: admission.spendingEverywhere(), budgetUsdPerDay };
}

/** `usage`: shows what the server used in a month, privately. */
export const usage: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'usage',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'month',
        description: english.month,
        max_length: 20,
        autocomplete: true,
      },
    ],
  },

  async execute(interaction, context, { guildId, rules }, texts) {
    await deferPrivately(interaction);
    const months = keptMonths(now());
    const [thisMonth = ''] = months;
    const month = interaction.options.getString('month')?.trim() ?? thisMonth;
    if (!months.includes(month)) {
      const content = texts.config.usage.notKept({ first: months.at(-1) ?? '', last: thisMonth });
      await answerPrivately(interaction, { content });
      return;
    }
    const isOperator = isOperatorGuild(context, guildId);
    const rows = await context.usage.month(guildId, month);
    const [{ settings, ceilings }, spending, account, { files, notes }] = await Promise.all([
      rules,
      month === thisMonth ? context.admission.spending(guildId) : undefined,
      isOperator ? findAccount(context) : undefined,
      usageFiles(context, { month, rows, locale: interaction.locale }, attachmentSizeLimitOf(interaction), texts),
    ]);
    const facts = { month, rows, budget: settings.budget, ceilings, notes };
    const known = { ...facts, ...(spending ? { spending } : {}), ...(account ? { account } : {}) };
    const embed = usagePage(known, texts);
    const buttons = account?.stopped
      ? [button({ action: 'check-again', label: texts.config.usage.checkAgain.label }, guildId)]
      : [];
    await answerPrivately(interaction, { embeds: [embed], components: rowOf(buttons), files });
  },

  async autocomplete(interaction, _context, _invoker, { config }) {
    const months = keptMonths(now()).map((month) => ({ name: config.usage.choice(month), value: month }));
    await interaction.respond(choicesFrom(months, interaction.options.getFocused()));
  },
};
