import type { APIEmbed } from 'discord.js';
import { type Change, isRecord } from '../../settings/changes.ts';
import { isLimitName } from '../../settings/limits.ts';
import { isForAdministrators } from '../../settings/permissions.ts';
import type { HistoryEntry } from '../../settings/store.ts';
import { styleKey } from '../../styles/style.ts';
import type { Texts } from '../../texts/index.ts';
import { escaped } from '../escape.ts';
import { absoluteTime } from '../facts.ts';
import { listed, mention, quoted, rawValue, spoiler } from '../format.ts';
import { COLOURS } from '../message.ts';
import { everyoneLimit, labelledLimit, limitText } from './limit-values.ts';
import { valueText } from './setting-value.ts';
import { singleSettings } from './single-settings.ts';

/** Characters of a line, of what is not a list in it, and of a path that isn't known. */
const LINE_LENGTH = 900;
const BESIDE_LISTS = 60;
const PATH_LENGTH = 60;
const ITEM_LENGTH = 60;
/** What stands in place of the lines for which there is no room. */
const MORE_LENGTH = 25;

/** Who reads of a change; others than administrators read of some settings only that they were changed. */
interface Reader {
  readonly isAdministrator: boolean;
}

type ListChange = Extract<Change, { added: unknown[] }>;
type ValueChange = Exclude<Change, ListChange>;

/** A setting, and what has changed in it. */
interface Description {
  readonly label: string;
  readonly change: string;
}

/** A block as it is stored, by this release or a newer one. */
function blockText(block: unknown, { blocksPage }: Texts): string {
  if (!isRecord(block)) return rawValue(block);
  const { kind, id, untilMs, reason } = block;
  const until = typeof untilMs === 'number' ? ` ${blocksPage.until(absoluteTime(untilMs))}` : '';
  const why = typeof reason === 'string' && reason !== '' ? ` ${quoted(reason, ITEM_LENGTH)}` : '';
  return `${mention(kind === 'role' ? '@&' : '@', id)}${until}${why}`;
}

/** A style as it is stored, by this release or a newer one. */
function styleText(style: unknown): string {
  const name = isRecord(style) ? style['name'] : undefined;
  return typeof name === 'string' ? quoted(name, ITEM_LENGTH) : rawValue(style);
}

interface ListSetting {
  readonly label: string;
  readonly item: (item: unknown) => string;
}

/** Each setting that is a list, under its path. */
function listSettings(texts: Texts): ReadonlyMap<string, ListSetting> {
  const { allowedChannels, deniedChannels, filter, blocks, moderatorRoles } = texts.changes;
  const channel = (id: unknown) => mention('#', id);
  const word = (its: unknown) => (typeof its === 'string' ? spoiler(its, ITEM_LENGTH) : rawValue(its));
  return new Map([
    ['channels.allow', { label: allowedChannels, item: channel }],
    ['channels.deny', { label: deniedChannels, item: channel }],
    ['filterWords', { label: filter, item: word }],
    ['blocks', { label: blocks, item: (block) => blockText(block, texts) }],
    ['styles', { label: texts.settingsPage.styles, item: styleText }],
    ['moderatorRoleIds', { label: moderatorRoles, item: (id) => mention('@&', id) }],
  ]);
}

/** What an item with parts is about: a member or role for a block, a name for a style. */
function subjectOf(item: unknown): string | undefined {
  if (!isRecord(item)) return undefined;
  const { kind, id, name } = item;
  return kind === undefined && typeof name === 'string' ? styleKey(name) : `${kind} ${id}`;
}

/** An item that was changed is not removed: the one that takes its place is about the same. */
function withoutReplaced({ added, removed }: ListChange): unknown[] {
  const kept = new Set(added.map(subjectOf).filter((subject) => subject !== undefined));
  return removed.filter((item) => !kept.has(subjectOf(item) ?? ''));
}

function describeList(change: ListChange, texts: Texts, maxLength: number): Description {
  const { setting, added } = change;
  const unknown = { label: escaped(setting, PATH_LENGTH), item: rawValue };
  const { label, item } = listSettings(texts).get(setting) ?? unknown;
  const removed = withoutReplaced(change);
  const room = (maxLength - BESIDE_LISTS) / (added.length > 0 && removed.length > 0 ? 2 : 1);
  const part = (toText: (items: string) => string, items: readonly unknown[]) =>
    items.length === 0 ? [] : [toText(listed(items.map(item), room, texts))];
  const parts = [...part(texts.changes.added, added), ...part(texts.changes.removed, removed)];
  return { label, change: parts.join('; ') || texts.changes.reordered };
}

const arrow = (from: string, to: string) => `${from} → ${to}`;

/** All limits of a role in one: a change has them when its first one is set, or its last one cleared. */
function roleLimitsText(limits: unknown, texts: Texts): string {
  const { sameAsEveryone } = texts.settings;
  if (!isRecord(limits)) return limits === undefined ? sameAsEveryone : rawValue(limits);
  const values = Object.entries(limits).map(([name, value]) =>
    isLimitName(name) && typeof value === 'number'
      ? labelledLimit(name, value, texts)
      : `${escaped(name, ITEM_LENGTH)}: ${rawValue(value)}`,
  );
  return values.join(', ') || sameAsEveryone;
}

function describeLimit(
  [whom = '', ...path]: readonly string[],
  { from, to }: ValueChange,
  texts: Texts,
): Description | undefined {
  const { changes, settings, limits } = texts;
  const [roleId, name] = whom === 'roles' ? path : [undefined, path[0]];
  if (whom === 'roles' && path.length === 1)
    return {
      label: changes.limitsForRole(mention('@&', roleId)),
      change: arrow(roleLimitsText(from, texts), roleLimitsText(to, texts)),
    };
  if (name === undefined || !isLimitName(name) || path.length > (roleId === undefined ? 1 : 2)) return undefined;
  const { label } = limits[name];
  const unset =
    roleId === undefined ? valueText(everyoneLimit(name, undefined, texts), texts) : settings.sameAsEveryone;
  const value = (stored: unknown) => {
    if (stored === undefined) return unset;
    return typeof stored === 'number' ? limitText(name, stored, texts) : rawValue(stored);
  };
  const isForEveryone = roleId === undefined;
  return {
    label: isForEveryone ? changes.limitForEveryone(label) : changes.limitForRole(label, mention('@&', roleId)),
    change: arrow(value(from), value(to)),
  };
}

function describeValue(change: ValueChange, texts: Texts): Description {
  const { setting, from, to } = change;
  const [group, ...path] = setting.split('.');
  const limit = group === 'limits' ? describeLimit(path, change, texts) : undefined;
  if (limit) return limit;
  const single = new Map(Object.entries(singleSettings(texts))).get(setting);
  if (!single) return { label: escaped(setting, PATH_LENGTH), change: arrow(rawValue(from), rawValue(to)) };
  const value = (stored: unknown) => valueText(single.value(stored), texts);
  return {
    label: group === 'defaults' ? texts.changes.defaultOf(single.label) : single.label,
    change: arrow(value(from), value(to)),
  };
}

/** The button of a change of who can use it, be that the kind of policy or the role. */
function buttonOf(setting: string): string | undefined {
  return /^(buttons\.[^.]+)\.(?:who|roleId)$/.exec(setting)?.[1];
}

/** Who can use a button is stored as two settings, and shown as one. */
function joinButtonPolicies(changes: readonly Change[]): Change[] {
  return changes.flatMap((change) => {
    const button = buttonOf(change.setting);
    if (button === undefined) return [change];
    const parts = changes.filter(({ setting }) => buttonOf(setting) === button);
    if (parts[0] !== change) return [];
    const policy = (side: 'from' | 'to') =>
      Object.fromEntries(
        parts.map((part) => [part.setting.slice(button.length + 1), 'added' in part ? undefined : part[side]]),
      );
    return [{ setting: button, from: policy('from'), to: policy('to') }];
  });
}

/**
 * What has changed in one setting, in one line; also in one that only a newer release knows.
 * @param maxLength at least 100 characters; where that is too little, the line says only that something changed
 */
export function describeChange(
  change: Change,
  { isAdministrator }: Reader,
  texts: Texts,
  maxLength = LINE_LENGTH,
): string {
  const described = 'added' in change ? describeList(change, texts, maxLength) : describeValue(change, texts);
  const line = `${described.label}: ${described.change}`;
  const isShown = isAdministrator || !isForAdministrators(change.setting);
  return isShown && line.length <= maxLength ? line : `${described.label}: ${texts.changes.changed}`;
}

/** A line for each change, as many as fit into `maxLength` (at least 150 characters), then how many more there are. */
export function describeChanges(changes: readonly Change[], reader: Reader, texts: Texts, maxLength: number): string {
  const lines = joinButtonPolicies(changes).map((change) =>
    describeChange(change, reader, texts, Math.min(LINE_LENGTH, maxLength - MORE_LENGTH)),
  );
  return listed(lines, maxLength, texts, { separator: '\n' });
}

/** Discord takes 4096 characters in a description, and 6000 in all embeds of a message. */
const DESCRIPTION_LENGTH = 4_000;
const PAGE_LENGTH = 5_800;

function describeEntry({ byId, atMs, changes }: HistoryEntry, reader: Reader, texts: Texts, maxLength: number): string {
  const head = `${absoluteTime(atMs)} ${mention('@', byId)}`;
  return `${head}\n${describeChanges(changes, reader, texts, maxLength - head.length - 1)}`;
}

/** The changes of a server's settings, the latest first; each gets an equal share of the room that the ones before have left. */
export function historyPage(entries: readonly HistoryEntry[], reader: Reader, texts: Texts): APIEmbed[] {
  const { title, titleOfLast, none } = texts.changes;
  if (entries.length === 0) return [{ color: COLOURS.ended, title, description: none }];
  const pages: string[] = [];
  let room = PAGE_LENGTH;
  for (const [index, entry] of entries.entries()) {
    const share = Math.floor(room / (entries.length - index)) - 2;
    const text = describeEntry(entry, reader, texts, Math.min(share, 1_500));
    room -= text.length + 2;
    const longer = pages.length === 0 ? text : `${pages.at(-1)}\n\n${text}`;
    if (longer.length <= DESCRIPTION_LENGTH && pages.length > 0) pages[pages.length - 1] = longer;
    else pages.push(text);
  }
  return pages.map((description, index) => ({
    color: COLOURS.progress,
    ...(index === 0 ? { title: titleOfLast(entries.length) } : {}),
    description,
  }));
}
