import { expect, it } from 'vitest';
import { openCluster } from '../support/cluster/cluster.ts';
import { mostInAMinute } from '../support/cluster/cluster-guilds.ts';
import { administer, schemaOf } from '../support/postgres/admin.ts';
import { FlakyProxy } from '../support/postgres/flaky-proxy.ts';

const SHARDS = [0, 1, 2] as const;
const REQUESTS_PER_MINUTE = 30;
const MINUTES = 2;
const POSTS = MINUTES * REQUESTS_PER_MINUTE;
/** More than a process can send while the others get at least half their fair share. */
const COMMANDS_PER_SHARD = 50;
/** The process with the slowest connection to the database. */
const FAR_SHARD = 2;
const FAR_DELAY_MS = 25;

/** Records a minute of evenly spaced POSTs of earlier processes, so that the budget becomes free one POST at a time. */
const useUpBudget = (databaseUrl: string) =>
  administer(
    `insert into ${schemaOf(databaseUrl)}.posts (job_id, sent_at, settled_at, outcome)
       select 'earlier', settled_at, settled_at, 'accepted' from (
         select (extract(epoch from clock_timestamp()) * 1000)::bigint - 60000 + number * 60000 / $1::bigint as settled_at
           from generate_series(1, $1::bigint) as number) as earlier`,
    [REQUESTS_PER_MINUTE],
  );

/** How many processes have queued jobs. */
async function countBusyProcesses(databaseUrl: string): Promise<number> {
  const jobs = `${schemaOf(databaseUrl)}.jobs`;
  return (await administer(`select distinct claimed_by from ${jobs} where state = 'queued'`)).length;
}

it('three processes share one budget with Postgres: it is fully used, never exceeded, and none of them starves', async () => {
  const cluster = await openCluster({
    segmind: { requestsPerMinute: REQUESTS_PER_MINUTE },
    env: { QUEUE_LIMIT: '1000' },
    databaseUrlOf: async (shardIds, databaseUrl) =>
      shardIds === String(FAR_SHARD) ? (await FlakyProxy.to(databaseUrl, { delayMs: FAR_DELAY_MS })).url : databaseUrl,
  });
  const { guilds, segmind, databaseUrl } = cluster;
  const onePerShard = await Promise.all(SHARDS.map((shard) => guilds.createGuildOn(shard, SHARDS.length)));
  await useUpBudget(databaseUrl);
  for (let number = 1; number <= COMMANDS_PER_SHARD; number += 1) {
    const sent = await Promise.all(
      onePerShard.map((guild, shard) => guilds.request(guild, `shard ${shard} number ${number} end`)),
    );
    await Promise.all(sent.map(({ invocation }) => invocation.waitForReply()));
  }
  const before = segmind.submits.length;
  const posts = () => segmind.submits.slice(before);
  await expect.poll(() => posts().length, { timeout: 150_000, interval: 100 }).toBeGreaterThan(POSTS);
  expect(await countBusyProcesses(databaseUrl)).toBe(SHARDS.length);

  expect.soft(mostInAMinute(segmind)).toBeLessThanOrEqual(REQUESTS_PER_MINUTE);
  const tookMs = (posts()[POSTS]?.atMs ?? Number.NaN) - (posts()[0]?.atMs ?? Number.NaN);
  const usedShare = (MINUTES * 60_000) / tookMs;
  const countOf = (shard: number) =>
    posts().filter(({ body }) => String(body['prompt']).startsWith(`shard ${shard} `)).length;
  const counts = SHARDS.map(countOf);
  expect.soft(usedShare).toBeGreaterThanOrEqual(0.98);
  expect.soft(Math.min(...counts)).toBeGreaterThanOrEqual(POSTS / SHARDS.length / 2);
  await cluster.close();
}, 300_000);
