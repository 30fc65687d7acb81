import { ApplicationCommandOptionType } from 'discord.js';
import { settingLines } from '../../replies/settings/setting-lines.ts';
import type { ButtonPolicy, Settings } from '../../settings/schema.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { changeSettings } from './change-settings.ts';
import { idOption } from './given-options.ts';
import { SettingProblem, type Subcommand } from './subcommand.ts';

const BUTTONS = [
  { value: 'reroll', name: 'Reroll' },
  { value: 'newSeed', name: 'New seed' },
  { value: 'delete', name: 'Delete' },
] as const;

const WHO = [
  { value: 'requester', name: 'Who asked' },
  { value: 'anyone', name: 'Anyone' },
  { value: 'role', name: 'A role' },
] as const;

type ButtonName = (typeof BUTTONS)[number]['value'];

/** @throws SettingProblem when `who` and the role don't go together */
function policyOf(who: string | null, roleId: string | undefined, guildId: string): ButtonPolicy {
  if (roleId !== undefined && who !== null && who !== 'role')
    throw new SettingProblem('`role` goes only with `who: A role`.');
  if (roleId !== undefined) return roleId === guildId ? { who: 'anyone' } : { who: 'role', roleId };
  if (who === 'requester' || who === 'anyone') return { who };
  throw new SettingProblem(
    who === 'role' ? 'Pick the `role` too.' : 'Say `who` may press it: who asked, anyone, or a role.',
  );
}

function shown(settings: Settings, texts: Texts): string {
  const names = BUTTONS.map(({ value }) => `buttons.${value}` as const);
  const lines = settingLines(settings, names, texts);
  return ['**Buttons**: moderators may always press them', ...lines].join('\n');
}

function isButton(name: string | null): name is ButtonName {
  return BUTTONS.some(({ value }) => value === name);
}

/** `/timeless-config buttons`: shows or sets who may press what stands under an image. */
export const buttons: Subcommand = {
  data: {
    type: ApplicationCommandOptionType.Subcommand,
    name: 'buttons',
    description: 'Show or set who may press what',
    options: [
      { type: ApplicationCommandOptionType.String, name: 'button', description: 'Button', choices: [...BUTTONS] },
      {
        type: ApplicationCommandOptionType.String,
        name: 'who',
        description: 'Besides moderators',
        choices: [...WHO],
      },
      { type: ApplicationCommandOptionType.Role, name: 'role', description: 'Only this role' },
    ],
  },

  async execute(interaction, context, invoker) {
    const button = interaction.options.getString('button');
    const who = interaction.options.getString('who');
    const roleId = idOption(interaction, 'role');
    if (button === null && who === null && roleId === undefined) {
      await deferPrivately(interaction);
      const { settings } = await invoker.rules;
      await answerPrivately(interaction, { content: shown(settings, textsIn(interaction.locale)) });
      return;
    }
    if (!isButton(button)) throw new SettingProblem('Pick a `button`: Reroll, New seed or Delete.');
    const policy = policyOf(who, roleId, invoker.guildId);
    await changeSettings(interaction, context, invoker, (settings) => ({
      ...settings,
      buttons: { ...settings.buttons, [button]: policy },
    }));
  },
};
