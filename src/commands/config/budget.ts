import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { ceilingLines } from '../../replies/ceilings.ts';
import { usdWords, utcWords } from '../../replies/format.ts';
import { settingLines } from '../../replies/settings/lines.ts';
import { nextDayMs, nextMonthMs } from '../../settings/calendar.ts';
import { textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import type { CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { parseBudget } from './given-numbers.ts';
import { withValues } from './given-options.ts';
import type { Subcommand } from './subcommand.ts';

const SETTINGS = { day: 'dayUsd', month: 'monthUsd' } as const;

/** Undefined is to be cleared; an absent key was not given. */
function givenBudget({ options }: Pick<ChatInputCommandInteraction, 'options'>): Record<string, unknown> {
  const entries = Object.entries(SETTINGS).flatMap(([option, setting]) => {
    const given = options.getString(option);
    return given === null ? [] : [[setting, parseBudget(option, given)] as const];
  });
  return Object.fromEntries(entries);
}

/** What is spent already, and when it counts anew. */
async function spendingLines({ admission }: CommandContext, guildId: string): Promise<string[]> {
  const spending = await admission.spending(guildId);
  if (!spending) return ['What is spent is not known yet; try again in a few seconds.'];
  const nowMs = now();
  const periods = [
    { name: 'Today', spending: spending.today, endsAtMs: nextDayMs(nowMs) },
    { name: 'This month', spending: spending.thisMonth, endsAtMs: nextMonthMs(nowMs) },
  ];
  return periods.map(
    ({ name, spending: { spentUsd, reservedUsd }, endsAtMs }) =>
      `${name}: ${usdWords(spentUsd)} spent, ${usdWords(reservedUsd)} reserved for images under way; from ${utcWords(endsAtMs)} on it counts anew.`,
  );
}

/** `/timeless-config budget`: shows or sets what the server may spend. */
export const budget: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'budget',
    description: 'Show or set what may be spent, in US$',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'day',
        description: 'US$ a UTC day; -1 or clear for no limit',
        max_length: 20,
      },
      { type: ApplicationCommandOptionType.String, name: 'month', description: 'US$ a UTC month', max_length: 20 },
    ],
  },

  async execute(interaction, context, invoker) {
    const values = givenBudget(interaction);
    await deferPrivately(interaction);
    const spent = await spendingLines(context, invoker.guildId);
    const { ceilings } = await invoker.rules;
    const spending = [...ceilingLines(ceilings, textsIn(interaction.locale)), ...spent];
    if (Object.keys(values).length > 0) {
      await changeSettings(
        interaction,
        context,
        invoker,
        (settings) => ({ ...settings, budget: withValues(settings.budget, values) }),
        { note: spending.join('\n') },
      );
      return;
    }
    const { settings } = await invoker.rules;
    const lines = settingLines(settings, ['budget.dayUsd', 'budget.monthUsd']);
    await answerPrivately(interaction, { content: ['**Budget**', ...lines, ...spending].join('\n') });
  },
};
