import type { ChatInputCommandInteraction, REST } from 'discord.js';
import { listed } from '../../replies/format.ts';
import { describeChanges } from '../../replies/settings/changes.ts';
import { settingsWarnings } from '../../replies/settings/warnings.ts';
import { isAdministrator } from '../../settings/permissions.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Texts, textsIn } from '../../texts/index.ts';
import { now } from '../../time.ts';
import type { CommandContext } from '../command.ts';
import { answerPrivately, deferPrivately } from './answer.ts';
import { closeLogChannel } from './log-channel.ts';
import type { GuildInvoker } from './subcommand.ts';

/** A message takes 2000 characters, and the note comes beside these. */
const CHANGES_LENGTH = 1_000;
const WARNINGS_LENGTH = 600;

/**
 * The one way to change settings by a command: stores them, tells the log channel, and answers privately what is different now.
 * @param edit as of `SettingsStore.change`: pure, since it may be called again
 * @param note a sentence or two for the answer, up to 300 characters
 * @throws SettingProblem when `edit` throws it
 */
export async function changeSettings(
  interaction: ChatInputCommandInteraction,
  context: CommandContext,
  invoker: GuildInvoker,
  edit: (settings: Settings) => Settings,
  { note }: { note?: string } = {},
): Promise<void> {
  await deferPrivately(interaction);
  const texts = textsIn(interaction.locale);
  const content = await applyChange(interaction.client.rest, context, invoker, edit, texts);
  await answerPrivately(interaction, { content: note === undefined ? content : `${content}\n${note}` });
}

/**
 * Changes settings and tells the log channel, also one that is the log no more.
 * @returns what is different now, and what the moderator should know of it
 * @throws what `edit` throws
 */
export async function applyChange(
  rest: REST,
  context: CommandContext,
  invoker: GuildInvoker,
  edit: (settings: Settings) => Settings,
  texts: Texts,
): Promise<string> {
  const { guildId, userId } = invoker;
  let before: Settings | undefined;
  const { now: after, changes } = await context.settings.change(guildId, userId, (settings) => {
    before = settings;
    return edit(settings);
  });
  if (changes.length === 0) return texts.config.alreadySet;
  // What was set may be private, such as the words of a filter: the operator reads only which settings they were.
  const names = changes.map(({ setting }) => setting);
  context.log.info({ user: userId, guild: guildId, revision: after.revision, settings: names }, 'settings changed');
  context.modLog.note(guildId, { kind: 'settings', byId: userId, changes });
  if (before?.logChannelId !== undefined && before.logChannelId !== after.settings.logChannelId)
    await closeLogChannel(rest, before.logChannelId, invoker, context.log);
  const reader = { isAdministrator: isAdministrator(invoker) };
  const known = new Set(before && warningsOf(before, reader, texts));
  const warnings = warningsOf(after.settings, reader, texts).filter((warning) => !known.has(warning));
  const parts = [texts.config.changed, describeChanges(changes, reader, texts, CHANGES_LENGTH)];
  if (warnings.length > 0)
    parts.push(
      listed(
        warnings.map((warning) => `⚠️ ${warning}`),
        WARNINGS_LENGTH,
        texts,
        { separator: '\n' },
      ),
    );
  return parts.join('\n');
}

/** What moderators should know of settings, beside a pause: the change itself says that. */
function warningsOf(
  { pause: _, ...settings }: Settings,
  reader: { readonly isAdministrator: boolean },
  texts: Texts,
): string[] {
  return settingsWarnings(settings, { ...reader, missingPermissions: [], nowMs: now() }, texts);
}
