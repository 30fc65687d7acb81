import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { ceilingLines } from '../../replies/ceilings.ts';
import { relativeTime } from '../../replies/facts.ts';
import { settingLines } from '../../replies/settings/setting-lines.ts';
import { nextDayMs, nextMonthMs } from '../../settings/calendar.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import type { CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { parseBudget } from './given-numbers.ts';
import { withValues } from './given-options.ts';
import type { Subcommand } from './subcommand.ts';

const english = textsIn('en').config.budget;
const SETTINGS = { day: 'dayUsd', month: 'monthUsd' } as const;

/** Undefined is to be cleared; an absent key was not given. */
function givenBudget({ options }: Pick<ChatInputCommandInteraction, 'options'>): Record<string, unknown> {
  const entries = Object.entries(SETTINGS).flatMap(([option, setting]) => {
    const given = options.getString(option);
    return given === null ? [] : [[setting, parseBudget(option, given)] as const];
  });
  return Object.fromEntries(entries);
}

/** What is spent already, and when that resets. */
async function spendingLines(
  { admission }: CommandContext,
  guildId: string,
  { config: { budget } }: Texts,
): Promise<string[]> {
  const spending = await admission.spending(guildId);
  if (!spending) return [budget.unknown];
  const nowMs = now();
  return [
    budget.today({ ...spending.today, resets: relativeTime(nextDayMs(nowMs)) }),
    budget.thisMonth({ ...spending.thisMonth, resets: relativeTime(nextMonthMs(nowMs)) }),
  ];
}

/** `/timeless-config budget`: shows or sets what the server can spend. */
export const budget: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'budget',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'day',
        description: english.day,
        max_length: 20,
      },
      { type: ApplicationCommandOptionType.String, name: 'month', description: english.month, max_length: 20 },
    ],
  },

  async execute(interaction, context, invoker, texts) {
    const values = givenBudget(interaction);
    await deferPrivately(interaction);
    const spent = await spendingLines(context, invoker.guildId, texts);
    const { ceilings } = await invoker.rules;
    const spending = [...ceilingLines(ceilings, texts), ...spent];
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
    const lines = settingLines(settings, ['budget.dayUsd', 'budget.monthUsd'], texts);
    await answerPrivately(interaction, { content: [texts.config.budget.title, ...lines, ...spending].join('\n') });
  },
};
