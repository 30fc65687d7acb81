import { expect, it } from 'vitest';
import { type Cluster, FIVE, openCluster } from '../support/cluster/cluster.ts';
import { mostInAMinute, type SentRequest } from '../support/cluster/cluster-guilds.ts';
import { findViolations, type Outage } from '../support/cluster/invariants.ts';
import { countStates, readJobs } from '../support/cluster/jobs.ts';
import { pause } from '../support/pause.ts';
import { createRandom } from '../support/random.ts';

const SERVERS = 2_000;
/** One every 0.2 s. */
const REQUESTS_PER_MINUTE = 300;
const COMMANDS = 210;
/** After how many commands a process is killed, is restarted, and the number of shards changes. */
const KILL_AT = 40;
const RESTART_AT = 70;
const CHANGE_AT = 140;
/** How many commands before that are sent at once, so that many jobs are under way. */
const BURST = 40;
const KILLED = '1';

const isAcknowledged = ({ invocation }: SentRequest) => invocation.acknowledgedAtMs !== undefined;

/** Waits until every job is closed. */
async function allEnded({ databaseUrl }: Cluster, timeoutMs: number): Promise<void> {
  const left = async () => (await readJobs(databaseUrl)).filter((row) => row.ended_at === null).length;
  await expect.poll(left, { timeout: timeoutMs, interval: 500 }).toBe(0);
}

it('every job of two thousand servers ends once while one of three processes is killed and they become five', async () => {
  const random = createRandom(20_261_122);
  const cluster = await openCluster({
    segmind: { requestsPerMinute: REQUESTS_PER_MINUTE, queueMs: 500, renderMs: 8_000 },
    servers: SERVERS,
  });
  const { guilds } = cluster;
  const outages: Outage[] = [];
  const duringOutage = async (work: () => Promise<unknown>) => {
    const fromMs = Date.now();
    await work();
    outages.push({ fromMs, toMs: Date.now() });
  };
  let restarting: Promise<void> | undefined;
  for (let number = 1; number <= COMMANDS; number += 1) {
    const where = random.chance(0.1) ? 'direct messages' : random.pick(guilds.all);
    await guilds.request(where, `command ${String(number).padStart(3, '0')} end`);
    const pauseMs = random.between(20, 200);
    if (number <= CHANGE_AT - BURST || number > CHANGE_AT) await pause(pauseMs);
    if (number === KILL_AT) {
      restarting = duringOutage(async () => {
        await cluster.kill(KILLED);
        await cluster.discord.waitFor(() => guilds.requests.length >= RESTART_AT, 30_000);
        await cluster.restart(KILLED);
      });
    }
    if (number === CHANGE_AT) {
      await restarting;
      const burst = guilds.requests.slice(-BURST);
      // Otherwise most of them would meet no process.
      await cluster.discord.waitFor(() => burst.filter(isAcknowledged).length >= BURST / 2);
      const underWay = await countStates(cluster.databaseUrl);
      expect(underWay).toMatchObject({ submitted: expect.any(Number) });
      await duringOutage(() => cluster.change(FIVE));
    }
  }
  await allEnded(cluster, 90_000);
  // Time for messages that would be sent twice.
  await pause(2_500);

  expect(await findViolations(cluster, outages)).toEqual([]);
  expect(mostInAMinute(cluster.segmind)).toBeLessThanOrEqual(REQUESTS_PER_MINUTE);
  // The test shows something only if most jobs were delivered.
  const { delivered = 0, unknown = 0 } = await countStates(cluster.databaseUrl);
  expect(delivered).toBeGreaterThan(0.8 * COMMANDS);
  expect(unknown).toBeLessThan(10);
  await cluster.close();
}, 240_000);
