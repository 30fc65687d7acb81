import { expect, it } from 'vitest';
import { type Cluster, openCluster } from '../support/cluster/cluster.ts';
import { mostInAMinute } from '../support/cluster/guilds.ts';
import { findBrokenPromises } from '../support/cluster/invariants.ts';
import { pause } from '../support/pause.ts';
import { needRedis } from '../support/redis-server.ts';
import { painted, textOf } from '../support/test-bed.ts';

needRedis();

/** Asks in every shard in turn. */
async function askOften({ crowd }: Cluster, times: number): Promise<void> {
  const guilds = await Promise.all([0, 1, 2].map((shard) => crowd.foundOn(shard, 3)));
  for (let number = 0; number < times; number += 1) {
    const guild = guilds[number % guilds.length];
    if (guild) await crowd.ask(guild, `picture ${String(number).padStart(2, '0')} end`);
  }
}

const allPainted = ({ crowd }: Cluster, timeoutMs: number) =>
  Promise.all(crowd.asked.map(({ invocation }) => painted(invocation, timeoutMs)));

it('nothing is submitted while Redis is away, members see their place, and all goes on when it is back without its data', async () => {
  const cluster = await openCluster({ segmind: { requestsPerMinute: 60 } });
  const { crowd, discord, redis, segmind } = cluster;
  await askOften(cluster, 9);
  await discord.waitFor(() => segmind.submits.length >= 2);
  await redis.kill();
  // Each process may still use one slot that it was given, a second apart.
  await pause(4_500);
  const submitted = segmind.submits.length;
  expect(submitted).toBeLessThan(7);
  const late = await crowd.ask('direct messages', 'late end');
  await late.invocation.waitForReply((message) => textOf(message).includes('Nothing can be handed over'));
  await pause(3_000);
  expect(segmind.submits.length).toBe(submitted);
  await redis.restart();
  await allPainted(cluster, 45_000);
  expect(await findBrokenPromises(cluster)).toEqual([]);
  await cluster.close();
}, 120_000);

it('the budget of the minute holds where Redis forgets everything all the time', async () => {
  const requestsPerMinute = 20;
  const cluster = await openCluster({ segmind: { requestsPerMinute } });
  let isOver = false;
  const forgetting = (async () => {
    while (!isOver) {
      await cluster.redis.call('FLUSHALL');
      await pause(200);
    }
  })();
  await askOften(cluster, requestsPerMinute + 6);
  // Redis spreads nothing: all that may go within a minute goes at once, and nothing after it.
  await cluster.discord.waitFor(() => cluster.segmind.submits.length >= requestsPerMinute, 30_000);
  await pause(5_000);
  expect(mostInAMinute(cluster.segmind)).toBe(requestsPerMinute);
  isOver = true;
  await forgetting;
  await cluster.close();
}, 90_000);
