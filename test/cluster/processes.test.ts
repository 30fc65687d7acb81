import { expect, it } from 'vitest';
import { type Cluster, FIVE, openCluster } from '../support/cluster/cluster.ts';
import { mostInAMinute } from '../support/cluster/guilds.ts';
import { findBrokenPromises, type Upset } from '../support/cluster/invariants.ts';
import { countStates, readJobs } from '../support/cluster/jobs.ts';
import { pause } from '../support/pause.ts';
import { createRandom } from '../support/random.ts';

const SERVERS = 2_000;
/** N: a slot every 0.2 s. */
const REQUESTS_PER_MINUTE = 300;
const COMMANDS = 210;
/** After how many commands a process is killed, comes back, and the number of shards changes. */
const KILL_AT = 40;
const REVIVE_AT = 70;
const CHANGE_AT = 140;
/** The last commands before that come at once, so that much is under way. */
const BURST = 40;
const KILLED = '1';

/** Waits until every job has ended and its member was told. */
async function allEnded({ databaseUrl }: Cluster, timeoutMs: number): Promise<void> {
  const left = async () => (await readJobs(databaseUrl)).filter((row) => row.ended_at === null).length;
  await expect.poll(left, { timeout: timeoutMs, interval: 500 }).toBe(0);
}

it('three processes, of which one is killed, become five, and every job of two thousand servers ends once', async () => {
  const random = createRandom(20_261_122);
  const cluster = await openCluster({
    segmind: { requestsPerMinute: REQUESTS_PER_MINUTE, queueMs: 500, renderMs: 8_000 },
    servers: SERVERS,
  });
  const { crowd } = cluster;
  const upsets: Upset[] = [];
  const disturb = async (work: () => Promise<unknown>) => {
    const fromMs = Date.now();
    await work();
    upsets.push({ fromMs, toMs: Date.now() });
  };
  let reviving: Promise<void> | undefined;
  for (let number = 1; number <= COMMANDS; number += 1) {
    const where = random.chance(0.1) ? 'direct messages' : random.pick(crowd.guilds);
    await crowd.ask(where, `command ${String(number).padStart(3, '0')} end`);
    const pauseMs = random.between(20, 200);
    if (number <= CHANGE_AT - BURST || number > CHANGE_AT) await pause(pauseMs);
    if (number === KILL_AT) {
      reviving = disturb(async () => {
        await cluster.kill(KILLED);
        await cluster.discord.waitFor(() => crowd.asked.length >= REVIVE_AT, 30_000);
        await cluster.revive(KILLED);
      });
    }
    if (number === CHANGE_AT) {
      await reviving;
      const underWay = await countStates(cluster.databaseUrl);
      expect(underWay).toMatchObject({ submitted: expect.any(Number) });
      await disturb(() => cluster.change(FIVE));
    }
  }
  await allEnded(cluster, 90_000);
  // What would come twice comes now.
  await pause(2_500);

  expect(await findBrokenPromises(cluster, upsets)).toEqual([]);
  expect(mostInAMinute(cluster.segmind)).toBeLessThanOrEqual(REQUESTS_PER_MINUTE);
  // A run in which little was at stake would show little.
  const { delivered = 0, unknown = 0 } = await countStates(cluster.databaseUrl);
  expect(delivered).toBeGreaterThan(0.8 * COMMANDS);
  expect(unknown).toBeLessThan(10);
  await cluster.close();
}, 240_000);
