import type { APIEmbed } from 'discord.js';
import { type Change, isRecord } from '../../settings/changes.ts';
import { isLimitName, LIMITS } from '../../settings/limits.ts';
import { isForAdministrators } from '../../settings/permissions.ts';
import type { HistoryEntry } from '../../settings/store.ts';
import { escaped } from '../escape.ts';
import { absoluteTime } from '../facts.ts';
import { listed, mention, otherWords, quoted, spoiler } from '../format.ts';
import { COLOURS } from '../message.ts';
import { defaultLimitWords, limitWords, SINGLE_SETTINGS, type SingleSetting } from './words.ts';

/** Characters of a line, of what is not a list in it, and of a path that isn't known. */
const LINE_LENGTH = 900;
const BESIDE_LISTS = 60;
const PATH_LENGTH = 60;
const ITEM_LENGTH = 60;
/** What stands in place of the lines for which there is no room. */
const MORE_LENGTH = 25;
const ARROW = '→';

/** Who reads of a change; of some settings, others than administrators read only that they were changed. */
interface Reader {
  readonly isAdministrator: boolean;
}

type ListChange = Extract<Change, { added: unknown[] }>;
type ValueChange = Exclude<Change, ListChange>;

/** A block as it is stored, or whatever a newer release has made of it. */
function blockWords(block: unknown): string {
  if (!isRecord(block)) return otherWords(block);
  const { kind, id, untilMs, reason } = block;
  const until = typeof untilMs === 'number' ? ` until ${absoluteTime(untilMs)}` : '';
  const why = typeof reason === 'string' && reason !== '' ? ` ${quoted(reason, ITEM_LENGTH)}` : '';
  return `${mention(kind === 'role' ? '@&' : '@', id)}${until}${why}`;
}

const wordOf = (word: unknown) => (typeof word === 'string' ? spoiler(word, ITEM_LENGTH) : otherWords(word));

/** Each setting that is a list, under its path. */
const LISTS: Readonly<Record<string, { readonly name: string; readonly item: (item: unknown) => string }>> = {
  'channels.allow': { name: 'Allowed channels', item: (id) => mention('#', id) },
  'channels.deny': { name: 'Denied channels', item: (id) => mention('#', id) },
  filterWords: { name: 'Filter', item: wordOf },
  blocks: { name: 'Blocks', item: blockWords },
  moderatorRoleIds: { name: 'Moderator roles', item: (id) => mention('@&', id) },
};

function isSingleSetting(setting: string): setting is SingleSetting {
  return Object.hasOwn(SINGLE_SETTINGS, setting);
}

/** Blocks are told apart by whom they concern: one that was changed is no longer the one that it was, but nobody lost it. */
function withoutReplaced({ added, removed }: ListChange): unknown[] {
  const whom = (item: unknown) => (isRecord(item) ? `${item['kind']} ${item['id']}` : undefined);
  const kept = new Set(added.map(whom).filter((name) => name !== undefined));
  return removed.filter((item) => !kept.has(whom(item) ?? ''));
}

function describeList(change: ListChange, maxLength: number): string {
  const { setting, added } = change;
  const known = Object.hasOwn(LISTS, setting) ? LISTS[setting] : undefined;
  const { name, item } = known ?? { name: escaped(setting, PATH_LENGTH), item: otherWords };
  const removed = withoutReplaced(change);
  const room = (maxLength - BESIDE_LISTS) / (added.length > 0 && removed.length > 0 ? 2 : 1);
  const part = (verb: string, items: readonly unknown[]) =>
    items.length === 0 ? [] : [`${verb} ${listed(items.map(item), room)}`];
  const parts = [...part('added', added), ...part('removed', removed)];
  return `${name}: ${parts.join('; ') || 'put into another order'}`;
}

/** The limits of a role in one: as they are when its first one is set, or its last one cleared. */
function roleLimitsWords(limits: unknown): string {
  if (!isRecord(limits)) return limits === undefined ? 'as everyone' : otherWords(limits);
  const words = Object.entries(limits).map(([name, value]) =>
    isLimitName(name) && typeof value === 'number'
      ? `${LIMITS[name].label.toLowerCase()} ${limitWords(name, value)}`
      : `${escaped(name, ITEM_LENGTH)} ${otherWords(value)}`,
  );
  return words.length === 0 ? 'as everyone' : words.join(', ');
}

function describeLimit([whom = '', ...path]: readonly string[], { from, to }: ValueChange): string | undefined {
  const [roleId, name] = whom === 'roles' ? path : [undefined, path[0]];
  if (whom === 'roles' && path.length === 1)
    return `Limits for ${mention('@&', roleId)}: ${roleLimitsWords(from)} ${ARROW} ${roleLimitsWords(to)}`;
  if (name === undefined || !isLimitName(name) || path.length > (roleId === undefined ? 1 : 2)) return undefined;
  const unset = roleId === undefined ? defaultLimitWords(name) : 'as everyone';
  const words = (value: unknown) => {
    if (value === undefined) return unset;
    return typeof value === 'number' ? limitWords(name, value) : otherWords(value);
  };
  const holder = roleId === undefined ? 'everyone' : mention('@&', roleId);
  return `${LIMITS[name].label} for ${holder}: ${words(from)} ${ARROW} ${words(to)}`;
}

function describePause({ from, to }: ValueChange): string {
  const reason = (pause: unknown) =>
    isRecord(pause) && typeof pause['reason'] === 'string' ? quoted(pause['reason']) : otherWords(pause);
  return to === undefined ? `Resumed (was paused: ${reason(from)})` : `Paused: ${reason(to)}`;
}

function describeValue(change: ValueChange): string {
  const { setting, from, to } = change;
  if (setting === 'pause') return describePause(change);
  const [group, ...path] = setting.split('.');
  const limit = group === 'limits' ? describeLimit(path, change) : undefined;
  if (limit !== undefined) return limit;
  if (!isSingleSetting(setting))
    return `${escaped(setting, PATH_LENGTH)}: ${otherWords(from)} ${ARROW} ${otherWords(to)}`;
  const { name, words } = SINGLE_SETTINGS[setting];
  const title = group === 'defaults' ? `Default ${name.toLowerCase()}` : name;
  return `${title}: ${words(from)} ${ARROW} ${words(to)}`;
}

/** The button of a change of who may press it, be that the kind of policy or the role. */
function buttonOf(setting: string): string | undefined {
  return /^(buttons\.[^.]+)\.(?:who|roleId)$/.exec(setting)?.[1];
}

/** Who may press a button is stored as two settings, and said as one. */
function joinPressers(changes: readonly Change[]): Change[] {
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
 * What became of one setting, in one line; also of one that only a newer release knows.
 * @param maxLength at least 100 characters; where that is too little, the line says only that something changed
 */
export function describeChange(change: Change, { isAdministrator }: Reader, maxLength = LINE_LENGTH): string {
  const line = 'added' in change ? describeList(change, maxLength) : describeValue(change);
  const isShown = isAdministrator || !isForAdministrators(change.setting);
  return isShown && line.length <= maxLength ? line : `${line.slice(0, line.indexOf(': '))}: changed`;
}

/** A line for each change, as many as fit into `maxLength` (at least 150 characters), then how many more there are. */
export function describeChanges(changes: readonly Change[], reader: Reader, maxLength: number): string {
  const lines = joinPressers(changes).map((change) =>
    describeChange(change, reader, Math.min(LINE_LENGTH, maxLength - MORE_LENGTH)),
  );
  return listed(lines, maxLength, { separator: '\n' });
}

/** Discord takes 4096 characters in a description, and 6000 in all embeds of a message. */
const DESCRIPTION_LENGTH = 4_000;
const PAGE_LENGTH = 5_800;

function describeEntry({ byId, atMs, changes }: HistoryEntry, reader: Reader, maxLength: number): string {
  const head = `${absoluteTime(atMs)} ${mention('@', byId)}`;
  return `${head}\n${describeChanges(changes, reader, maxLength - head.length - 1)}`;
}

/** The changes of a server's settings, the latest first; each gets an equal share of the room that the ones before have left. */
export function historyPage(entries: readonly HistoryEntry[], reader: Reader): APIEmbed[] {
  if (entries.length === 0)
    return [{ color: COLOURS.ended, title: 'Changes of the settings', description: 'Nothing was ever changed.' }];
  const pages: string[] = [];
  let room = PAGE_LENGTH;
  for (const [index, entry] of entries.entries()) {
    const share = Math.floor(room / (entries.length - index)) - 2;
    const text = describeEntry(entry, reader, Math.min(share, 1_500));
    room -= text.length + 2;
    const longer = pages.length === 0 ? text : `${pages.at(-1)}\n\n${text}`;
    if (longer.length <= DESCRIPTION_LENGTH && pages.length > 0) pages[pages.length - 1] = longer;
    else pages.push(text);
  }
  return pages.map((description, index) => ({
    color: COLOURS.progress,
    ...(index === 0 ? { title: `Changes of the settings (last ${entries.length})` } : {}),
    description,
  }));
}
