import type { APIEmbed, APIEmbedField } from 'discord.js';
import { isInForce } from '../../settings/blocks.ts';
import type { Block, Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';

import { absoluteTime } from '../facts.ts';
import { listed, mention, quoted, spoiler } from '../format.ts';
import { COLOURS } from '../message.ts';
import { everyoneLimitLines, roleLimitLines } from './limits.ts';
import { countedTitle } from './lists.ts';
import { settingLines } from './setting-lines.ts';
import { settingLine, valueText } from './setting-value.ts';
import { DEFAULT_SETTINGS, singleSettings } from './single-settings.ts';
import { type PageFacts, settingsWarnings } from './warnings.ts';

/**
 * Characters for the parts that have no bound of their own. Discord takes 1024 in a field and 6000 in all embeds of a message.
 * @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
const ROOM = {
  warnings: 1_600,
  roles: 850,
  channels: 230,
  words: 420,
  blocks: 520,
  styles: 200,
  moderators: 300,
} as const;

const SPOILER_LENGTH = 60;
const REASON_LENGTH = 80;
const NAME_LENGTH = 60;

/** A list that has its own command to read all of it. */
function list(
  items: readonly string[],
  maxLength: number,
  texts: Texts,
  options: { separator?: string; where?: string } = {},
): string {
  return items.length === 0 ? texts.settings.byDefault(texts.settings.none) : listed(items, maxLength, texts, options);
}

function blockLine({ kind, id, untilMs, reason }: Block, { blocksPage }: Texts): string {
  const until = untilMs === undefined ? '' : ` ${blocksPage.until(absoluteTime(untilMs))}`;
  return `${mention(kind === 'role' ? '@&' : '@', id)}${until}${reason ? ` ${quoted(reason, REASON_LENGTH)}` : ''}`;
}

function buttonLines({ buttons }: Settings, texts: Texts): string[] {
  const all = singleSettings(texts);
  return (['reroll', 'newSeed', 'delete'] as const).map((button) =>
    settingLine(texts.settings.buttons[button], all[`buttons.${button}`].value(buttons[button]), texts),
  );
}

function channelLines({ channels }: Settings, texts: Texts): string[] {
  const { settings, settingsPage: page, lists } = texts;
  const mentions = (ids: readonly string[]) => {
    const shown = ids.map((id) => mention('#', id));
    return list(shown, ROOM.channels, texts, { where: lists.see('channels list') });
  };
  const allowed = channels.allow.length === 0 ? settings.byDefault(page.allChannels) : mentions(channels.allow);
  return [page.allowedChannels(allowed), page.deniedChannels(mentions(channels.deny))];
}

function counted(title: string, count: number, texts: Texts): string {
  return count === 0 ? title : countedTitle(title, count, texts);
}

function moderatorsField({ moderatorRoleIds }: Settings, isAdministrator: boolean, texts: Texts): APIEmbedField {
  const { settingsPage: page, lists } = texts;
  const field = (name: string, roles: string) => ({
    name,
    value: `${page.moderatorRoles(roles)}\n${page.whoIsModerator}`,
  });
  if (!isAdministrator) return field(page.moderators, page.rolesHidden);
  const mentions = moderatorRoleIds.map((id) => mention('@&', id));
  const roles = list(mentions, ROOM.moderators, texts, { where: lists.see('moderators list') });
  return field(counted(page.moderators, moderatorRoleIds.length, texts), roles);
}

function fields(
  settings: Settings,
  { nowMs, isAdministrator, ceilingLines = [] }: PageFacts,
  texts: Texts,
): APIEmbedField[] {
  const { settingsPage: page, lists } = texts;
  const { filterWords } = settings;
  const roles = roleLimitLines(settings, texts);
  const blocks = settings.blocks.filter((block) => isInForce(block, nowMs));
  const blockLines = blocks.map((block) => blockLine(block, texts));
  const words = filterWords.map((word) => spoiler(word, SPOILER_LENGTH));
  const styleNames = settings.styles.map(({ name }) => quoted(name, NAME_LENGTH));
  const lines = (names: Parameters<typeof settingLines>[1]) => settingLines(settings, names, texts);
  const field = (name: string, ...its: string[]) => ({ name, value: its.join('\n') });
  const beside = (name: string, ...its: string[]) => ({ ...field(name, ...its), inline: true });
  return [
    beside(page.everyoneLimits, ...everyoneLimitLines(settings, texts)),
    beside(page.defaults, ...lines(DEFAULT_SETTINGS)),
    field(counted(page.roleLimits, roles.length, texts), list(roles, ROOM.roles, texts, { separator: '\n' })),
    field(page.channels, ...channelLines(settings, texts)),
    field(
      page.safety,
      ...lines(['safety.onlyAgeRestricted', 'safety.spoilers', 'safety.privateAllowed', 'safety.negativePrompt']),
    ),
    field(
      counted(page.filter, filterWords.length, texts),
      list(words, ROOM.words, texts, { where: lists.see('filter list') }),
    ),
    field(
      counted(page.block, blocks.length, texts),
      list(blockLines, ROOM.blocks, texts, { separator: '\n', where: lists.see('block list') }),
    ),
    field(
      counted(page.styles, styleNames.length, texts),
      list(styleNames, ROOM.styles, texts, { where: lists.see('style list') }),
    ),
    beside(page.budget, ...lines(['budget.dayUsd', 'budget.monthUsd']), ...ceilingLines),
    beside(page.buttons, ...buttonLines(settings, texts), page.moderatorsUseAll),
    field(page.log, ...lines(['logChannelId'])),
    field(page.pause, valueText(singleSettings(texts).pause.value(settings.pause), texts)),
    moderatorsField(settings, isAdministrator, texts),
  ];
}

/** All that the moderators of a server have set, on one private page; what needs attention comes first. */
export function settingsPage(settings: Settings, facts: PageFacts, texts: Texts): APIEmbed[] {
  const warnings = settingsWarnings(settings, facts, texts).map((warning) => `- ${warning}`);
  const page = {
    color: COLOURS.progress,
    title: texts.settingsPage.title,
    description: texts.settingsPage.introduction,
    fields: fields(settings, facts, texts),
  };
  if (warnings.length === 0) return [page];
  const description = listed(warnings, ROOM.warnings, texts, { separator: '\n' });
  return [{ color: COLOURS.warning, title: texts.warnings.title, description }, page];
}
