import { afterEach, describe, expect, it, vi } from 'vitest';
import { FatalError } from '../../../src/fatal.ts';
import type { OwnShards } from '../../../src/shards.ts';
import { type Database, openDatabase } from '../../../src/storage/database.ts';
import { nameOf, newSchemaUrl } from '../../support/postgres/admin.ts';
import { FlakyProxy } from '../../support/postgres/flaky-proxy.ts';
import { openForTest } from '../../support/storage/fixtures.ts';

const RENEWAL_MS = 5_000;
/** Waits for an answer of the server while timers are fake. */
const SOON = { timeout: 10_000 };

afterEach(() => {
  vi.useRealTimers();
});

/** A process that records its losses. */
async function openProcess(url: string, shards?: OwnShards) {
  const losses: FatalError[] = [];
  const database = await openForTest(url, { shards, onFatal: (error) => losses.push(error) });
  return { database, losses };
}
const idsIn = async ({ db }: Database) =>
  (await db.selectFrom('processes').select('id').orderBy('id').execute()).map(({ id }) => id);
const silence = ({ db }: Database, processId: number) =>
  db.updateTable('processes').set({ claimed_until: 0 }).where('id', '=', processId).execute();
const holdTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
const shard = (id: number, count = 2): OwnShards => ({ count, ids: [id] });

describe('a process is refused with one line', () => {
  const another = 'another process: stop that one, or give this one a DATABASE_URL of its own.';
  const withShard = (id: number) =>
    `another process with shard ${id}: stop that one, or give each its own DISCORD_SHARD_IDS.`;
  const otherCount = (there: number, here: number) =>
    `a process with DISCORD_SHARD_COUNT=${there}, and this one has ${here}: stop all before the count changes.`;

  it.each<[string, OwnShards | undefined, OwnShards | undefined, string]>([
    ['both own all shards', undefined, undefined, another],
    ['it owns all shards, and another one some', shard(1), undefined, another],
    ['it owns some shards, and another one all', undefined, shard(1), another],
    ['another one has its shard', shard(1), shard(1), withShard(1)],
    ['another one has one of its shards', { count: 9, ids: [0, 4] }, { count: 9, ids: [3, 4, 5] }, withShard(4)],
    ['another one counts fewer shards', shard(0, 2), shard(2, 3), otherCount(2, 3)],
    ['another one counts more shards', shard(2, 3), shard(0, 2), otherCount(3, 2)],
  ])('when %s', async (_, there, here, problem) => {
    const url = await newSchemaUrl();
    const { database, losses } = await openProcess(url, there);
    const refusal = await openDatabase(url, { shards: here }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FatalError);
    expect(refusal).toMatchObject({ message: `The database ${nameOf(url)} is in use by ${problem}` });
    expect(await idsIn(database)).toEqual([database.processId]);
    expect(losses).toEqual([]);
    await database.close();
    await openProcess(url, here);
  });
});

describe('processes that share a database', () => {
  it('run beside each other if each has shards of its own', async () => {
    const url = await newSchemaUrl();
    const opened = await Promise.all([
      openProcess(url, { count: 4, ids: [0, 2] }),
      openProcess(url, { count: 4, ids: [1] }),
      openProcess(url, { count: 4, ids: [3] }),
    ]);
    const [first] = opened;
    const numbers = opened.map(({ database }) => database.processId).toSorted();
    expect(await idsIn(first.database)).toEqual(numbers);
    for (const { database } of opened) await database.forgetDead();
    expect(await idsIn(first.database)).toEqual(numbers);
    expect(opened.flatMap(({ losses }) => losses)).toEqual([]);
  });

  it('never reuse a number, also after a refusal', async () => {
    const url = await newSchemaUrl();
    const numbers: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { database } = await openProcess(url, shard(0));
      const { database: other } = await openProcess(url, shard(1));
      numbers.push(database.processId, other.processId);
      if (round === 1) await expect(openDatabase(url, { shards: shard(1) })).rejects.toThrow(FatalError);
      await Promise.all([database.close(), other.close()]);
    }
    expect(new Set(numbers).size).toBe(6);
    expect(numbers.toSorted((one, other) => one - other)).toEqual(numbers);
    expect(Math.min(...numbers)).toBeGreaterThan(0);
  });

  it('remove one that was silent for too long although its connection is open, and it is told so', async () => {
    const url = await newSchemaUrl();
    holdTimers();
    const silent = await openProcess(url, shard(0));
    await silence(silent.database, silent.database.processId);
    const successor = await openProcess(url, shard(0));
    expect(await idsIn(successor.database)).toEqual([successor.database.processId]);
    expect(silent.losses).toEqual([]);
    await vi.advanceTimersByTimeAsync(RENEWAL_MS);
    await vi.waitFor(() => expect(silent.losses).toHaveLength(1), SOON);
    expect(silent.losses[0]?.message).toBe(
      `This process was silent for more than 15 s, so others consider it dead in ${nameOf(url)}: stopping. The next start resumes stored jobs.`,
    );
    // Only once: it ends anyway.
    await vi.advanceTimersByTimeAsync(RENEWAL_MS);
    await silent.database.close();
    expect(silent.losses).toHaveLength(1);
    expect(await idsIn(successor.database)).toEqual([successor.database.processId]);
    expect(successor.losses).toEqual([]);
  });

  it('keep one whose claim ran out if it renews it before another one removes it', async () => {
    const url = await newSchemaUrl();
    holdTimers();
    const { database, losses } = await openProcess(url, shard(0));
    await silence(database, database.processId);
    await vi.advanceTimersByTimeAsync(RENEWAL_MS);
    const claims = database.db.selectFrom('processes').select('id').where('claimed_until', '>', 0);
    await vi.waitFor(async () => expect(await claims.execute()).toEqual([{ id: database.processId }]), SOON);
    const { database: other } = await openProcess(url, shard(1));
    expect(await idsIn(other)).toEqual([database.processId, other.processId]);
    expect(losses).toEqual([]);
  });

  it('renew their claims every 5 s, for 15 s by the database’s clock', async () => {
    const url = await newSchemaUrl();
    holdTimers();
    const { database } = await openProcess(url);
    const leftMs = async () => {
      const query = database.db.selectFrom('processes').select(['claimed_until', database.clock().as('clock')]);
      const { claimed_until, clock } = await query.executeTakeFirstOrThrow();
      return claimed_until - clock;
    };
    for (let round = 0; round < 3; round += 1) {
      expect(await leftMs()).toSatisfy((ms: number) => ms > 0 && ms <= 15_000);
      await database.db.updateTable('processes').set({ claimed_until: 1 }).execute();
      await vi.advanceTimersByTimeAsync(RENEWAL_MS);
      await vi.waitFor(async () => expect(await leftMs()).toBeGreaterThan(0), SOON);
    }
  });

  it('end when the server stops answering, before others may consider them dead', async () => {
    const schemaUrl = await newSchemaUrl();
    const { proxy: line, url } = await FlakyProxy.to(schemaUrl);
    holdTimers();
    const { losses } = await openProcess(url, shard(0));
    line.silence();
    await vi.advanceTimersByTimeAsync(RENEWAL_MS);
    await vi.advanceTimersByTimeAsync(7_999);
    expect(losses).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await vi.waitFor(() => expect(losses).toHaveLength(1), SOON);
    expect(losses[0]?.message).toMatch(
      /^The connection that registers this process in the database .* was lost \(Query read timeout\): stopping/,
    );
  });
});
