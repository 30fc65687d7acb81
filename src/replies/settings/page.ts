import type { APIEmbed, APIEmbedField } from 'discord.js';
import { isInForce } from '../../settings/blocks.ts';
import type { Block, Settings } from '../../settings/schema.ts';
import { absoluteTime } from '../facts.ts';
import { listed, mention, numberWords, quoted, seeCommand, settingLine, spoiler } from '../format.ts';
import { COLOURS } from '../message.ts';
import { everyoneLimitLines, roleLimitLines } from './limits.ts';
import { settingLines } from './lines.ts';
import { type PageFacts, settingsWarnings } from './warnings.ts';
import { DEFAULT_SETTINGS, SINGLE_SETTINGS } from './words.ts';

/**
 * Characters for the parts that have no bound of their own. Discord takes 1024 in a field and 6000 in all embeds of a message.
 * @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
const ROOM = { warnings: 1_600, roles: 850, channels: 230, words: 420, blocks: 520, moderators: 300 } as const;

const NONE = 'none (default)';
const SPOILER_LENGTH = 60;
const REASON_LENGTH = 80;

const INTRODUCTION =
  'Each part is changed by the `/timeless-config` command of its name. Times and days are UTC. Only you can see this.';
const WHO_MAY =
  'Who has Moderate Members, Manage Server or Administrator, or a role listed under Moderators. Discord shows `/timeless-config` only to Moderate Members: an administrator opens it for others under Server Settings > Integrations.';

/** A list that has its own command to read all of it; `none (default)` when it is empty. */
function list(
  items: readonly string[],
  maxLength: number,
  options: { separator?: string; where?: string } = {},
): string {
  return items.length === 0 ? NONE : listed(items, maxLength, options);
}

function blockLine({ kind, id, untilMs, reason }: Block): string {
  const until = untilMs === undefined ? '' : ` until ${absoluteTime(untilMs)}`;
  return `${mention(kind === 'role' ? '@&' : '@', id)}${until}${reason ? ` ${quoted(reason, REASON_LENGTH)}` : ''}`;
}

function buttonLine(name: string, button: 'reroll' | 'newSeed' | 'delete', { buttons }: Settings): string {
  return settingLine(name, SINGLE_SETTINGS[`buttons.${button}`].words(buttons[button]));
}

function channelLines({ channels }: Settings): string[] {
  const mentions = (ids: readonly string[]) =>
    list(
      ids.map((id) => mention('#', id)),
      ROOM.channels,
      { where: seeCommand('channels list') },
    );
  const allowed = channels.allow.length === 0 ? 'all (default)' : mentions(channels.allow);
  return [`Allowed: ${allowed}`, `Denied: ${mentions(channels.deny)}`];
}

function counted(name: string, count: number): string {
  return count === 0 ? name : `${name} (${numberWords(count)})`;
}

function moderatorsField({ moderatorRoleIds }: Settings, isAdministrator: boolean): APIEmbedField {
  if (!isAdministrator) return { name: 'Moderators', value: `Roles: only administrators can see them\n${WHO_MAY}` };
  const roles = list(
    moderatorRoleIds.map((id) => mention('@&', id)),
    ROOM.moderators,
    { where: seeCommand('moderators list') },
  );
  return { name: counted('Moderators', moderatorRoleIds.length), value: `Roles: ${roles}\n${WHO_MAY}` };
}

function fields(settings: Settings, { nowMs, isAdministrator, ceilingLines = [] }: PageFacts): APIEmbedField[] {
  const { filterWords } = settings;
  const roles = roleLimitLines(settings);
  const blocks = settings.blocks.filter((block) => isInForce(block, nowMs));
  const field = (name: string, ...lines: string[]) => ({ name, value: lines.join('\n') });
  const beside = (name: string, ...lines: string[]) => ({ ...field(name, ...lines), inline: true });
  return [
    beside('Limits for everyone', ...everyoneLimitLines(settings)),
    beside('Defaults', ...settingLines(settings, DEFAULT_SETTINGS)),
    field(counted('Limits by role', roles.length), list(roles, ROOM.roles, { separator: '\n' })),
    field('Channels', ...channelLines(settings)),
    field(
      'Safety',
      ...settingLines(settings, [
        'safety.onlyAgeRestricted',
        'safety.spoilers',
        'safety.privateAllowed',
        'safety.negativePrompt',
      ]),
    ),
    field(
      counted('Filter', filterWords.length),
      list(
        filterWords.map((word) => spoiler(word, SPOILER_LENGTH)),
        ROOM.words,
        { where: seeCommand('filter list') },
      ),
    ),
    field(
      counted('Block', blocks.length),
      list(blocks.map(blockLine), ROOM.blocks, { separator: '\n', where: seeCommand('block list') }),
    ),
    beside('Budget', ...settingLines(settings, ['budget.dayUsd', 'budget.monthUsd']), ...ceilingLines),
    beside(
      'Buttons',
      buttonLine('Reroll', 'reroll', settings),
      buttonLine('New seed', 'newSeed', settings),
      buttonLine('Delete', 'delete', settings),
      'Moderators may press all.',
    ),
    field('Log', ...settingLines(settings, ['logChannelId'])),
    field(
      'Pause',
      settings.pause ? settingLine('Paused', quoted(settings.pause.reason, REASON_LENGTH)) : 'not paused (default)',
    ),
    moderatorsField(settings, isAdministrator),
  ];
}

/** All that the moderators of a server have set, on one page for the eyes of who asked; what needs attention comes first. */
export function settingsPage(settings: Settings, facts: PageFacts): APIEmbed[] {
  const warnings = settingsWarnings(settings, facts).map((warning) => `- ${warning}`);
  const page = {
    color: COLOURS.progress,
    title: 'Settings of this server',
    description: INTRODUCTION,
    fields: fields(settings, facts),
  };
  if (warnings.length === 0) return [page];
  const description = listed(warnings, ROOM.warnings, { separator: '\n' });
  return [{ color: COLOURS.warning, title: 'Needs attention', description }, page];
}
