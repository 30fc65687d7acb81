import type { ExportEntry, PersonRecords, Statements } from './person-records.ts';
import { isoTime } from './plain-value.ts';

/** As much of a change in the history as matters here. */
interface StoredChange {
  readonly setting?: unknown;
  readonly added?: unknown;
  readonly removed?: unknown;
}

/**
 * Where a person stands in servers' settings and their history: as somebody blocked, and as a moderator. It is their servers' record
 * of who did what, so it isn't erased with the person's data. What other people did, and to whom, stays out of the export.
 */
export const settings: PersonRecords = {
  lists: ['blocks', 'blocksInHistory', 'blocksByYou', 'pausesByYou', 'settingsChangesByYou'],

  async *read(db, userId) {
    yield* readSettings(db, userId);
    yield* readHistory(db, userId);
  },
};

async function* readSettings(db: Statements, userId: string): AsyncIterable<ExportEntry> {
  const rows = await db
    .selectFrom('guild_settings')
    .select(['guild_id', 'settings'])
    .where('settings', 'like', `%${userId}%`)
    .execute();
  for (const { guild_id: serverId, settings: json } of rows) {
    const { blocks, pause } = objectIn(json);
    for (const block of listIn(blocks)) {
      if (block['id'] === userId) yield { list: 'blocks', entry: { serverId, ...blockOf(block) } };
      if (block['byId'] === userId) yield { list: 'blocksByYou', entry: { serverId, setAt: timeOf(block['atMs']) } };
    }
    if (isObject(pause) && pause['byId'] === userId)
      yield { list: 'pausesByYou', entry: { serverId, reason: pause['reason'], setAt: timeOf(pause['atMs']) } };
  }
}

async function* readHistory(db: Statements, userId: string): AsyncIterable<ExportEntry> {
  const rows = await db
    .selectFrom('settings_history')
    .selectAll()
    .where((eb) => eb.or([eb('changed_by', '=', userId), eb('changes', 'like', `%${userId}%`)]))
    .orderBy('changed_at')
    .execute();
  for (const row of rows) {
    const facts = { serverId: row.guild_id, changedAt: isoTime(row.changed_at) };
    const changes: readonly StoredChange[] = listIn(parse(row.changes));
    if (row.changed_by === userId) {
      const changed = changes.map(({ setting }) => setting);
      yield { list: 'settingsChangesByYou', entry: { ...facts, settings: changed } };
    }
    for (const { added, removed } of changes) {
      for (const [change, blocks] of Object.entries({ added, removed })) {
        for (const block of listIn(blocks))
          if (block['id'] === userId) yield { list: 'blocksInHistory', entry: { ...facts, change, ...blockOf(block) } };
      }
    }
  }
}

/** A block without the moderator who set it. */
function blockOf({ name, reason, untilMs, atMs }: Readonly<Record<string, unknown>>): object {
  return { name: name ?? null, reason: reason ?? null, until: timeOf(untilMs), setAt: timeOf(atMs) };
}

function timeOf(epochMs: unknown): string | null {
  return typeof epochMs === 'number' ? isoTime(epochMs) : null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const objectIn = (json: string): Readonly<Record<string, unknown>> => {
  const value = parse(json);
  return isObject(value) ? value : {};
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function listIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
