import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/jobs/job.ts';
import { Leases } from '../../../src/jobs/peers/leases.ts';
import { SubmitHoldStore } from '../../../src/jobs/permits/hold.ts';
import { SubmitLedger } from '../../../src/jobs/permits/ledger.ts';
import { createNoPeers } from '../../../src/jobs/single-process.ts';
import { JobStore } from '../../../src/jobs/store.ts';
import { QueueFull } from '../../../src/jobs/store-errors.ts';
import { type OwnShards, shardOf } from '../../../src/shards.ts';
import type { Database, DatabaseOptions } from '../../../src/storage/database.ts';
import { loadHold, makeJob, makeJobIn, SILENT } from '../../support/job-fixtures.ts';
import { administer, schemaOf } from '../../support/postgres/admin.ts';
import { newUrl, ON_POSTGRES, openForTest } from '../../support/storage/fixtures.ts';

const EVERY: OwnShards = { count: 2, ids: [0, 1] };
const cancelled = { name: 'cancelled', cancelledBy: 'member' } as const;
const submitted = { name: 'submitted', requestId: 'r', submittedAtMs: 1, phase: 'QUEUED', isOverdue: false } as const;
const rejectUnreadable = (_: string, error: unknown): void => {
  throw error;
};

async function openProcess(url: string, options: DatabaseOptions = {}) {
  const database = await openForTest(url, options);
  const store = new JobStore(database, { log: SILENT });
  const holds = new SubmitHoldStore(database, { log: SILENT, signal: new AbortController().signal });
  const ledger = new SubmitLedger(database, holds);
  const claimFree = (onUnreadable = rejectUnreadable, shards?: OwnShards) =>
    // Without other processes, every unfinished job belongs to this one.
    (ON_POSTGRES ? new Leases(database, shards) : createNoPeers(store)).claimFree(onUnreadable);
  const claim = async (shards?: OwnShards): Promise<string[]> => {
    const jobs = await claimFree(rejectUnreadable, shards);
    return jobs.map(({ id }) => id);
  };
  return {
    database,
    store,
    claim,
    claimFree,
    insert: (id: string, guildId?: string) => store.insert(requestOf(id, guildId)),
    queuedElsewhere: () => new Leases(database).queuedElsewhere(),
    submit: async (id: string) =>
      ledger.grant(makeJobIn({ name: 'queued', queuedAtMs: 0, isFirst: false, hasRetried: false }, { id }), {
        requestsPerMinute: 60,
        maxInFlightElsewhere: 60,
        isTrial: false,
        getHold: await loadHold(holds),
      }),
  };
}

function requestOf(id: string, guild?: string): Job {
  const { guildId: _, ...direct } = makeJob({ id, interactionId: id });
  return guild === undefined ? direct : { ...direct, guildId: guild };
}

describe('the jobs that no process owns', () => {
  it('are all that aren’t closed, in the order of arrival', async () => {
    const url = await newUrl();
    const { database, store, insert, claim, submit } = await openProcess(url);
    for (const id of ['e', 'd', 'c', 'b', 'a']) await insert(id, '1');
    await submit('a');
    await store.transition('b', 'queued', cancelled);
    const ended = await store.transition('d', 'queued', cancelled);
    if (ended) await store.close(ended);
    if (ON_POSTGRES) expect(await claim()).toEqual([]);
    await database.close();
    const next = await openProcess(url);
    const jobs = await next.claimFree(rejectUnreadable);
    expect(jobs.map(({ id, state }) => `${id} ${state.name}`)).toEqual([
      'e queued',
      'c queued',
      'b cancelled',
      'a submitting',
    ]);
    expect(await next.store.transition('c', 'queued', cancelled)).toMatchObject({ id: 'c' });
    expect(await next.submit('e')).toMatchObject({ name: 'granted' });
  });

  it('are reported if they are unreadable, and left as they are', async () => {
    const url = await newUrl();
    const { database, insert } = await openProcess(url);
    for (const id of ['broken', 'whole']) await insert(id, '1');
    await database.db.updateTable('jobs').set({ parameters: '{' }).where('id', '=', 'broken').execute();
    await database.close();
    const next = await openProcess(url);
    const unreadable: string[] = [];
    const jobs = await next.claimFree((id) => void unreadable.push(id));
    expect([jobs.map(({ id }) => id), unreadable]).toEqual([['whole'], ['broken']]);
    const kept = await next.database.db.selectFrom('jobs').select(['id', 'state', 'ended_at']).execute();
    expect(kept).toContainEqual({ id: 'broken', state: 'queued', ended_at: null });
  });
});

describe.runIf(ON_POSTGRES)('of several processes', () => {
  /** Two living processes, each with a shard. */
  async function openTwo() {
    const url = await newUrl();
    const one = await openProcess(url, { shards: { count: 2, ids: [0] }, onFatal: () => {} });
    const other = await openProcess(url, { shards: { count: 2, ids: [1] } });
    return { url, one, other };
  }
  const free = ({ db }: Database) => db.updateTable('jobs').set({ claimed_by: 0 }).execute();
  const claimantOf = async ({ db }: Database, id: string) =>
    (await db.selectFrom('jobs').select('claimed_by').where('id', '=', id).executeTakeFirst())?.claimed_by;
  /** The process ends without unregistering. */
  const kill = (url: string, { processId }: Database) =>
    administer(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 1
       and classid = hashtext($1)::bigint & 4294967295 and objid = $2`,
      [schemaOf(url), processId],
    );
  const silence = ({ db, processId }: Database) =>
    db.updateTable('processes').set({ claimed_until: 0 }).where('id', '=', processId).execute();

  it('each claims the jobs of its own shards, and that of shard 0 direct messages', async () => {
    const { one } = await openTwo();
    const guildId = fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String), { nil: undefined });
    const guildIds = fc.array(guildId, { minLength: 1, maxLength: 20 });
    const count = fc.integer({ min: 1, max: 9 });
    // One process has some of nine shards; another one has the rest.
    const property = fc.asyncProperty(guildIds, count, fc.nat(2 ** 9 - 1), async (guilds, shardCount, chosen) => {
      await one.database.db.deleteFrom('jobs').execute();
      for (const [index, guild] of guilds.entries()) await one.insert(`job ${index}`, guild);
      await free(one.database);
      const shards = Array.from({ length: shardCount }, (_, shard) => shard);
      const isChosen = (shard: number) => ((chosen >> shard) & 1) === 1;
      for (const ids of [shards.filter(isChosen), shards.filter((shard) => !isChosen(shard))]) {
        if (ids.length === 0) continue;
        const isOwn = (guild: string | undefined) => ids.includes(shardOf(guild, shardCount));
        const own = guilds.flatMap((guild, index) => (isOwn(guild) ? [`job ${index}`] : []));
        expect(await one.claim({ count: shardCount, ids })).toEqual(own);
      }
    });
    await fc.assert(property, { numRuns: 15, examples: [[[undefined], 2, 1]] });
  });

  it('none claims jobs of a living one, also new ones, until that one closes', async () => {
    const { one, other } = await openTwo();
    await one.insert('a');
    await one.insert('b');
    await free(one.database);
    expect(await one.claim(EVERY)).toEqual(['a', 'b']);
    await one.insert('c');
    expect(await other.claim(EVERY)).toEqual([]);
    await one.database.close();
    expect(await other.claim(EVERY)).toEqual(['a', 'b', 'c']);
    expect(await other.claim(EVERY)).toEqual([]);
  });

  it('one takes over the jobs of another that was killed at once, and that one can no longer change them', async () => {
    const { url, one, other } = await openTwo();
    for (const id of ['queued', 'submitting']) await one.insert(id);
    await one.submit('submitting');
    await kill(url, one.database);
    await expect.poll(() => other.claim(EVERY), { timeout: 10_000 }).toEqual(['queued', 'submitting']);
    expect(await one.store.transition('queued', 'queued', cancelled)).toBeUndefined();
    expect(await one.submit('queued')).toMatchObject({ name: 'wait', because: 'in_flight_limit' });
    expect(await one.store.transition('submitting', 'submitting', submitted)).toBeUndefined();
    expect(await other.store.transition('submitting', 'submitting', submitted)).toMatchObject({ state: submitted });
    expect(await other.submit('queued')).toMatchObject({ name: 'granted' });
  });

  it('only one of two at the same moment claims a job', async () => {
    const { one, other } = await openTwo();
    const ids = Array.from({ length: 40 }, (_, index) => `job ${String(index).padStart(2, '0')}`);
    for (const id of ids) await one.insert(id);
    for (let round = 0; round < 5; round += 1) {
      await free(one.database);
      const claimed = await Promise.all([one.claim(EVERY), other.claim(EVERY), one.claim(EVERY), other.claim(EVERY)]);
      expect(claimed.flat().toSorted()).toEqual(ids);
    }
  });

  it('the jobs have other owners when the number of shards has changed', async () => {
    const url = await newUrl();
    const guildIds = Array.from({ length: 12 }, (_, index) => String(BigInt(index) << 22n));
    const live = async (count: number) => {
      const claimed: string[][] = [];
      for (let shard = 0; shard < count; shard += 1) {
        const shards = { count, ids: [shard] };
        const process = await openProcess(url, { shards });
        if (count === 3 && shard === 0) for (const guildId of guildIds) await process.insert(guildId, guildId);
        if (count === 3) await free(process.database);
        claimed.push(await process.claim(shards));
        await process.database.close();
      }
      return claimed;
    };
    for (const count of [3, 5])
      expect(await live(count)).toEqual(
        Array.from({ length: count }, (_, shard) => guildIds.filter((_id, index) => index % count === shard)),
      );
  });

  it('each knows how many jobs are queued in each of the others', async () => {
    const { one, other } = await openTwo();
    for (const id of ['a', 'b', 'c']) await one.insert(id);
    await other.insert('d');
    await one.submit('c');
    expect(await other.queuedElsewhere()).toEqual([2]);
    expect(await one.queuedElsewhere()).toEqual([1]);
    await one.store.transition('a', 'queued', cancelled);
    expect(await other.queuedElsewhere()).toEqual([1]);
  });

  it('none accepts another job when too many are queued elsewhere; its own don’t count', async () => {
    const { one, other } = await openTwo();
    for (const id of ['a', 'b', 'c']) await one.insert(id);
    await one.submit('c');
    for (const id of ['d', 'e', 'f']) await other.insert(id);
    let isAlongside = false;
    const alongside = async () => {
      isAlongside = true;
    };
    await expect(other.store.insert(requestOf('g'), alongside, 1)).rejects.toThrow(QueueFull);
    expect([await other.store.get('g'), isAlongside]).toEqual([undefined, false]);
    expect(await other.store.insert(requestOf('g'), alongside, 2)).toMatchObject({ id: 'g' });
    expect([await claimantOf(one.database, 'g'), isAlongside]).toEqual([other.database.processId, true]);
  });

  it('one that was silent for too long considers neither itself dead nor its own jobs free', async () => {
    const { one } = await openTwo();
    await one.insert('a');
    await silence(one.database);
    expect(await one.claim(EVERY)).toEqual([]);
    const rows = one.database.db.selectFrom('processes').select('id').where('id', '=', one.database.processId);
    expect(await rows.execute()).toHaveLength(1);
    // Another process may have taken it over by the time of the POST.
    expect(await one.submit('a')).toMatchObject({ name: 'wait', because: 'in_flight_limit' });
    expect(await one.store.transition('a', 'queued', cancelled)).toMatchObject({ id: 'a' });
  });

  it('one that others considered dead claims nothing any more', async () => {
    const { one, other } = await openTwo();
    await one.insert('mine');
    await other.insert('free');
    await other.database.db.updateTable('jobs').set({ claimed_by: 0 }).where('id', '=', 'free').execute();
    await silence(one.database);
    await other.database.forgetDead();
    expect(await one.claim(EVERY)).toEqual([]);
    expect(await other.claim(EVERY)).toEqual(['mine', 'free']);
  });
});
