import { ApplicationCommandOptionType } from 'discord.js';
import { settingLines } from '../../replies/settings/setting-lines.ts';
import type { ButtonPolicy, Settings } from '../../settings/schema.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { idOption } from './given-options.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const english = textsIn('en').config.buttons;
const BUTTONS = ['reroll', 'newSeed', 'delete'] as const;
const WHO = ['requester', 'anyone', 'role'] as const;

type ButtonName = (typeof BUTTONS)[number];

/** @throws SettingProblem when `who` and the role don't go together */
function policyOf(who: string | null, roleId: string | undefined, guildId: string): ButtonPolicy {
  if (roleId !== undefined && who !== null && who !== 'role')
    throw new SettingProblem(({ config }) => config.buttons.roleUnexpected);
  if (roleId !== undefined) return roleId === guildId ? { who: 'anyone' } : { who: 'role', roleId };
  if (who === 'requester' || who === 'anyone') return { who };
  throw new SettingProblem(({ config: { buttons } }) => (who === 'role' ? buttons.roleMissing : buttons.whoMissing));
}

function shown(settings: Settings, texts: Texts): string {
  const names = BUTTONS.map((name) => `buttons.${name}` as const);
  return [texts.config.buttons.title, ...settingLines(settings, names, texts)].join('\n');
}

function isButton(name: string | null): name is ButtonName {
  return BUTTONS.some((known) => known === name);
}

/** `/timeless-config buttons`: shows or sets who can use the buttons under an image. */
export const buttons: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'buttons',
    description: english.description,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'button',
        description: english.button,
        choices: BUTTONS.map((value) => ({ name: textsIn('en').settings.buttons[value], value })),
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'who',
        description: english.who,
        choices: WHO.map((value) => ({ name: english.users[value], value })),
      },
      { type: ApplicationCommandOptionType.Role, name: 'role', description: english.role },
    ],
  },

  async execute(interaction, context, invoker, texts) {
    const button = interaction.options.getString('button');
    const who = interaction.options.getString('who');
    const roleId = idOption(interaction, 'role');
    if (button === null && who === null && roleId === undefined) {
      await deferPrivately(interaction);
      const { settings } = await invoker.rules;
      await answerPrivately(interaction, { content: shown(settings, texts) });
      return;
    }
    if (!isButton(button)) throw new SettingProblem(({ config }) => config.buttons.buttonMissing);
    const policy = policyOf(who, roleId, invoker.guildId);
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      buttons: { ...settings.buttons, [button]: policy },
    }));
  },
};
