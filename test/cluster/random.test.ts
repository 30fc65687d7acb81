import { expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { type Cluster, openCluster } from '../support/cluster/cluster.ts';
import { mostInAMinute } from '../support/cluster/cluster-guilds.ts';
import { findViolations, type Outage } from '../support/cluster/invariants.ts';
import { countStates, readJobs } from '../support/cluster/jobs.ts';
import { pause } from '../support/pause.ts';
import { administer, schemaOf } from '../support/postgres/admin.ts';
import { createRandom, type Random } from '../support/random.ts';

const SEED = Number(process.env['RANDOM_SEED'] ?? 20_261_122);
const COMMANDS = Number(process.env['CLUSTER_COMMANDS'] ?? 120);
/** How many commands there are for each accident. */
const COMMANDS_PER_ACCIDENT = 15;
const REQUESTS_PER_MINUTE = 300;
const PROCESSES = ['0', '1', '2'];

/** Restarts every process that ends, as a supervisor does, and records when it was down. */
class Supervisor {
  readonly outages: Outage[] = [];
  readonly #cluster: Cluster;
  readonly #watched = new Set<BotProcess>();
  readonly #working = new Set<Promise<void>>();
  #isOver = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    for (const shardIds of PROCESSES) this.#watch(shardIds);
  }

  /** Waits until all processes run, and then restarts none any more. */
  async end(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
    this.#isOver = true;
  }

  #watch(shardIds: string): void {
    const bot = this.#cluster.bot(shardIds);
    if (this.#watched.has(bot)) return;
    this.#watched.add(bot);
    this.#cluster.allowAnyExit(bot);
    void bot.exited.then(() => {
      if (this.#isOver) return;
      const work = this.#restart(shardIds).finally(() => this.#working.delete(work));
      this.#working.add(work);
    });
  }

  async #restart(shardIds: string): Promise<void> {
    const fromMs = Date.now();
    await pause(500);
    await this.#cluster.restart(shardIds);
    this.outages.push({ fromMs, toMs: Date.now() });
    this.#watch(shardIds);
  }
}

/** Breaks every database connection of the processes of this schema. */
async function breakDatabaseConnections({ databaseUrl }: Cluster): Promise<void> {
  const schema = schemaOf(databaseUrl);
  await administer(
    `select pg_terminate_backend(pid) from pg_locks
       join pg_stat_activity using (pid)
      where locktype = 'advisory' and objid::bigint = (hashtext($1)::bigint & 4294967295)`,
    [schema],
  );
}

async function causeAccident(cluster: Cluster, random: Random): Promise<string> {
  const accident = random.pick(['kill', 'kill', 'database'] as const);
  switch (accident) {
    case 'kill':
      cluster.bot(random.pick(PROCESSES)).kill();
      break;
    case 'database':
      await breakDatabaseConnections(cluster);
      break;
    default:
      accident satisfies never;
  }
  return accident;
}

it(
  `three processes break no rule through ${COMMANDS} commands and random accidents (RANDOM_SEED=${SEED})`,
  async () => {
    const random = createRandom(SEED);
    const cluster = await openCluster({
      segmind: { requestsPerMinute: REQUESTS_PER_MINUTE, queueMs: 200, renderMs: 4_000 },
      servers: 200,
    });
    const { guilds } = cluster;
    const supervisor = new Supervisor(cluster);
    for (let number = 1; number <= COMMANDS; number += 1) {
      const where = random.chance(0.1) ? 'direct messages' : random.pick(guilds.all);
      await guilds.request(where, `command ${String(number).padStart(4, '0')} end`);
      await pause(random.between(20, 300));
      if (number % COMMANDS_PER_ACCIDENT === 0) await causeAccident(cluster, random);
    }
    const left = async () => (await readJobs(cluster.databaseUrl)).filter((row) => row.ended_at === null).length;
    await expect.poll(left, { timeout: 60_000 + COMMANDS * 500, interval: 500 }).toBe(0);
    // Time for messages that would be sent twice.
    await pause(2_500);
    await supervisor.end();
    expect(await findViolations(cluster, supervisor.outages)).toEqual([]);
    expect(mostInAMinute(cluster.segmind)).toBeLessThanOrEqual(REQUESTS_PER_MINUTE);
    expect((await countStates(cluster.databaseUrl))['delivered']).toBeGreaterThan(COMMANDS / 2);
    await cluster.close();
  },
  120_000 + COMMANDS * 1_000,
);
