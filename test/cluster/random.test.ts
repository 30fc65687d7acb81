import { expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { type Cluster, openCluster } from '../support/cluster/cluster.ts';
import { mostInAMinute } from '../support/cluster/guilds.ts';
import { findBrokenPromises, type Upset } from '../support/cluster/invariants.ts';
import { countStates, readJobs } from '../support/cluster/jobs.ts';
import { pause } from '../support/pause.ts';
import { administer, schemaOf } from '../support/postgres/admin.ts';
import { createRandom, type Random } from '../support/random.ts';

const SEED = Number(process.env['RANDOM_SEED'] ?? 20_261_122);
const COMMANDS = Number(process.env['CLUSTER_COMMANDS'] ?? 120);
/** After how many commands something happens. */
const BETWEEN_ACCIDENTS = 15;
const REQUESTS_PER_MINUTE = 300;
const PROCESSES = ['0', '1', '2'];

/** Brings every process that ends back, as a supervisor does, and notes when it was away. */
class Supervisor {
  readonly upsets: Upset[] = [];
  readonly #cluster: Cluster;
  readonly #watched = new Set<BotProcess>();
  readonly #working = new Set<Promise<void>>();
  #isOver = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    for (const shardIds of PROCESSES) this.#watch(shardIds);
  }

  /** From now on nothing is brought back; resolves when all are there. */
  async end(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
    this.#isOver = true;
  }

  #watch(shardIds: string): void {
    const bot = this.#cluster.bot(shardIds);
    if (this.#watched.has(bot)) return;
    this.#watched.add(bot);
    this.#cluster.forgive(bot);
    void bot.exited.then(() => {
      if (this.#isOver) return;
      const work = this.#bringBack(shardIds).finally(() => this.#working.delete(work));
      this.#working.add(work);
    });
  }

  async #bringBack(shardIds: string): Promise<void> {
    const fromMs = Date.now();
    await pause(500);
    await this.#cluster.revive(shardIds);
    this.upsets.push({ fromMs, toMs: Date.now() });
    this.#watch(shardIds);
  }
}

/** Ends every connection to the database that the processes of this schema have. */
async function cutDatabase({ databaseUrl }: Cluster): Promise<void> {
  const schema = schemaOf(databaseUrl);
  await administer(
    `select pg_terminate_backend(pid) from pg_locks
       join pg_stat_activity using (pid)
      where locktype = 'advisory' and objid::bigint = (hashtext($1)::bigint & 4294967295)`,
    [schema],
  );
}

async function meetAccident(cluster: Cluster, random: Random): Promise<string> {
  const accident = random.pick(['kill', 'kill', 'database'] as const);
  switch (accident) {
    case 'kill':
      cluster.bot(random.pick(PROCESSES)).kill();
      break;
    case 'database':
      await cutDatabase(cluster);
      break;
    default:
      accident satisfies never;
  }
  return accident;
}

it(
  `three processes keep every promise through ${COMMANDS} commands and random accidents (RANDOM_SEED=${SEED})`,
  async () => {
    const random = createRandom(SEED);
    const cluster = await openCluster({
      segmind: { requestsPerMinute: REQUESTS_PER_MINUTE, queueMs: 200, renderMs: 4_000 },
      servers: 200,
    });
    const { crowd } = cluster;
    const supervisor = new Supervisor(cluster);
    for (let number = 1; number <= COMMANDS; number += 1) {
      const where = random.chance(0.1) ? 'direct messages' : random.pick(crowd.guilds);
      await crowd.ask(where, `command ${String(number).padStart(4, '0')} end`);
      await pause(random.between(20, 300));
      if (number % BETWEEN_ACCIDENTS === 0) await meetAccident(cluster, random);
    }
    const left = async () => (await readJobs(cluster.databaseUrl)).filter((row) => row.ended_at === null).length;
    await expect.poll(left, { timeout: 60_000 + COMMANDS * 500, interval: 500 }).toBe(0);
    // What would come twice comes now.
    await pause(2_500);
    await supervisor.end();
    expect(await findBrokenPromises(cluster, supervisor.upsets)).toEqual([]);
    expect(mostInAMinute(cluster.segmind)).toBeLessThanOrEqual(REQUESTS_PER_MINUTE);
    expect((await countStates(cluster.databaseUrl))['delivered']).toBeGreaterThan(COMMANDS / 2);
    await cluster.close();
  },
  120_000 + COMMANDS * 1_000,
);
