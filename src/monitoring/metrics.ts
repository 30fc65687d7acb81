import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { stopReasonSchema } from '../jobs/failure.ts';
import type { CircuitState } from '../jobs/permits/circuit.ts';
import { countJobs } from './job-metrics.ts';

/** The current state of the bot. */
export interface Watched {
  readonly load: () => { readonly waiting: number; readonly inFlight: number };
  readonly circuit: () => CircuitState;
  readonly isGatewayReady: () => boolean;
  /** US$ of today, over all servers and direct messages of all processes; NaN until that was read. */
  readonly budget: () => { readonly spentUsd: number; readonly reservedUsd: number; readonly limitUsd: number };
  /** US$ that the server with the most costs has spent today, over all processes; NaN when that can't be read. */
  readonly maxGuildSpending: () => Promise<number>;
  /** US$ that each server may spend a day. */
  readonly guildLimitUsd: number;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** 200 becomes 2xx and so on; 429 stays, since operators look for it. */
function statusClass(status: number | undefined): string {
  if (status === undefined) return 'none';
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`;
}

/** The metrics of the bot and its process. No label ever names a server, a member or a job. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  // With the names that dashboards of Node processes expect.
  collectDefaultMetrics({ register: registry });
  const onJobEvent = countJobs(registry);
  const refusals = new Counter({
    name: 'timeless_refusals_total',
    help: 'Refused requests for images, by reason.',
    labelNames: ['reason'],
    registers,
  });
  // From 0 on: the first increase of a series that begins with it is not seen by rate().
  for (const reason of ['operator_budget', 'operator_guild_budget', 'server_not_allowed']) refusals.inc({ reason }, 0);
  const edits = new Histogram({
    name: 'timeless_progress_edits',
    help: 'How often the message of a job was edited to show its progress.',
    buckets: [0, 1, 2, 3, 5, 8, 13, 21, 50, 100, 200],
    registers,
  });
  const segmindRequests = new Counter({
    name: 'timeless_segmind_requests_total',
    help: "Calls of Segmind's API, by class of status; none: no answer.",
    labelNames: ['method', 'status'],
    registers,
  });
  const discordRequests = new Counter({
    name: 'timeless_discord_requests_total',
    help: "Answers of Discord's REST API, by class of status. interaction: calls with a member's token, outside the common rate limit.",
    labelNames: ['kind', 'method', 'status'],
    registers,
  });
  const discordBlocks = new Counter({
    name: 'timeless_discord_blocks_total',
    help: 'How often the bot held back all requests to Discord, since a 429 named no usable wait or blocked the address; by route.',
    labelNames: ['route'],
    registers,
  });
  return {
    onJobEvent,
    onRefused: (reason: string) => refusals.inc({ reason }),
    onProgressEnded: (count: number) => edits.observe(count),
    onSegmindAnswer: (method: string, status: number | undefined) =>
      segmindRequests.inc({ method, status: statusClass(status) }),
    onDiscordAnswer: (kind: string, method: string, status: number) =>
      discordRequests.inc({ kind, method, status: statusClass(status) }),
    onDiscordBlock: (route: string) => discordBlocks.inc({ route }),
    watch: (watched: Watched) => watch(registers, watched),
    contentType: registry.contentType,
    /** In Prometheus' text format. */
    text: () => registry.metrics(),
  };
}

function watch(registers: Registry[], watched: Watched): void {
  const { load, circuit, isGatewayReady, budget } = watched;
  const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await value());
      },
    });
  gauge('timeless_jobs_queued', 'Jobs in the queue.', () => load().waiting);
  gauge('timeless_jobs_in_flight', 'Jobs that are submitted and not finished.', () => load().inFlight);
  gauge('timeless_gateway_ready', '1 while every connection to the gateway is ready.', () => Number(isGatewayReady()));
  const today = 'of the UTC day, over all servers, direct messages and processes: take max, not sum.';
  gauge('timeless_budget_spent_usd', `US$ ${today}`, () => budget().spentUsd);
  gauge('timeless_budget_reserved_usd', `US$ that images under way may cost, ${today}`, () => budget().reservedUsd);
  gauge('timeless_budget_limit_usd', 'BUDGET_USD_PER_DAY; +Inf for no limit.', () => budget().limitUsd);
  gauge(
    'timeless_guild_budget_spent_max_usd',
    'US$ of the UTC day in the server that has spent most, over all processes: take max, not sum.',
    () => watched.maxGuildSpending(),
  );
  gauge('timeless_guild_budget_limit_usd', 'GUILD_BUDGET_USD_PER_DAY; +Inf for no limit.', () => watched.guildLimitUsd);
  new Gauge({
    name: 'timeless_circuit_open',
    help: '1 for the reason why submits are on hold, 0 for the others.',
    labelNames: ['reason'],
    registers,
    collect() {
      const state = circuit();
      for (const reason of stopReasonSchema.options) {
        this.set({ reason }, Number(state.open && state.reason === reason));
      }
    },
  });
}
