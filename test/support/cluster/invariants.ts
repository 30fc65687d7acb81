import { buttonsOf, type Message } from '../../../sandbox/discord/index.ts';
import type { SubmitRecord } from '../../../sandbox/segmind/index.ts';
import { carriesImagesOf, paidTwice, showsEnd } from '../invariants.ts';
import { pause } from '../pause.ts';
import { textOf } from '../test-bed.ts';
import type { Cluster } from './cluster.ts';
import type { SentRequest } from './cluster-guilds.ts';
import { type JobRow, readJobs } from './jobs.ts';

/** A time in which a process was down, in epoch milliseconds. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a process began within this time before its end may have been under way. */
const UNDER_WAY_MS = 3_000;

interface Records {
  readonly cluster: Cluster;
  readonly outages: readonly Outage[];
  readonly rows: ReadonlyMap<string, JobRow>;
  readonly posts: ReadonlyMap<string, readonly SubmitRecord[]>;
  /** The messages that show the end of a job, by its id. */
  readonly ends: ReadonlyMap<string, readonly Message[]>;
}

/** Checks every request after the end of a test. @returns what is wrong with each */
export async function findViolations(cluster: Cluster, outages: readonly Outage[] = []): Promise<string[]> {
  const jobs = await readClosedJobs(cluster.databaseUrl);
  const records: Records = {
    cluster,
    outages: outages,
    rows: new Map(jobs.map((row) => [row.interaction_id, row])),
    posts: groupBy(cluster.segmind.submits, ({ body }) => String(body['prompt'])),
    ends: groupBy(cluster.guilds.messages().filter(showsEnd), jobOf),
  };
  return cluster.guilds.requests.flatMap((asked) => {
    const row = records.rows.get(asked.invocation.id);
    const problems = row ? problemsOf(records, asked, row) : problemsWithoutJob(records, asked);
    return problems.length > 0
      ? [`${asked.prompt}: ${problems.join('; ')}\n  ${describeRequest(records, asked, row)}`]
      : [];
  });
}

/** Waits for all jobs to be closed, which happens a moment after their end is shown. */
async function readClosedJobs(databaseUrl: string): Promise<JobRow[]> {
  const giveUpMs = Date.now() + 10_000;
  for (;;) {
    const jobs = await readJobs(databaseUrl);
    if (jobs.every((row) => row.ended_at !== null) || Date.now() > giveUpMs) return jobs;
    await pause(100);
  }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function jobOf(message: Message): string {
  const ids = buttonsOf(message).map(({ customId = '' }) => customId.split(':'));
  return ids.find(([action]) => action === 'delete')?.[1] ?? '';
}

function problemsOf(records: Records, { prompt, invocation }: SentRequest, row: JobRow): string[] {
  const posts = records.posts.get(prompt) ?? [];
  const ends = records.ends.get(row.id) ?? [];
  const [end] = ends;
  const upset = (atMs: number) => wasDuringOutage(records.outages, atMs);
  const checks: [isTrue: boolean, problem: string][] = [
    [row.ended_at !== null, `not ended: ${row.state}`],
    [row.interaction_token === null, 'the interaction token is still stored'],
    [paidTwice(posts).length === 0, 'a POST followed one that may have been paid for'],
    [posts.every(({ status }) => status !== 429), 'the provider answered 429'],
    [ends.length === 1, `${ends.length} final messages`],
    [end === invocation.reply(), 'the final message is not the reply'],
    [['delivered', 'unknown'].includes(row.state), `ended as ${row.state}`],
    [row.state !== 'unknown' || posts.every(({ atMs }) => upset(atMs)), 'unknown without an outage'],
    [row.state !== 'unknown' || (!!end && textOf(end).includes('Outcome unknown')), 'the reply does not say so'],
    [row.state !== 'delivered' || posts.length === 1, `delivered after ${posts.length} POSTs`],
    [
      row.state !== 'delivered' || (!!end && carriesImagesOf(records.cluster, end, posts[0]?.requestId)),
      'the image is not the one that was rendered',
    ],
    [
      uploadsOf(records, invocation.token)
        .slice(0, -1)
        .every(({ atMs }) => upset(atMs)),
      'the image was sent twice',
    ],
  ];
  return checks.flatMap(([isTrue, problem]) => (isTrue ? [] : [problem]));
}

/** Without a job, there must be no POST, and no acknowledgement without an answer, except during an outage. */
function problemsWithoutJob(records: Records, { prompt, invocation }: SentRequest): string[] {
  const { acknowledgedAtMs } = invocation;
  const isWaitedFor = acknowledgedAtMs !== undefined && (invocation.reply()?.thinking ?? false);
  const wasCutOff = acknowledgedAtMs !== undefined && wasDuringOutage(records.outages, acknowledgedAtMs);
  return [
    ...((records.posts.get(prompt) ?? []).length > 0 ? ['a POST without a job'] : []),
    ...(isWaitedFor && !wasCutOff ? ['acknowledged, but never answered'] : []),
  ];
}

function wasDuringOutage(outages: readonly Outage[], atMs: number): boolean {
  return outages.some(({ fromMs, toMs }) => atMs > fromMs - UNDER_WAY_MS && atMs < toMs);
}

function uploadsOf({ cluster }: Records, token: string) {
  return cluster.discord.requests.filter(({ path, files }) => files.length > 0 && path.includes(token));
}

/** Everything that is known about one request, for debugging. */
function describeRequest(
  { cluster, posts, outages }: Records,
  { prompt, invocation }: SentRequest,
  row: JobRow | undefined,
): string {
  const time = (atMs: number) => new Date(atMs).toISOString().slice(14, 23);
  const requests = cluster.discord.requests
    .filter(({ path }) => path.includes(invocation.id) || path.includes(invocation.token))
    .map(({ atMs, method, path, status, files }) => {
      return `${time(atMs)} ${method} ${path.replace(invocation.token, 'TOKEN')} ${status} ${files.length} files`;
    });
  const sent = (posts.get(prompt) ?? []).map(({ atMs, status }) => `${time(atMs)} POST ${status}`);
  const lines = cluster.started.flatMap((bot) =>
    bot.log
      .filter(({ job }) => row !== undefined && job === row.id)
      .map((line) => `process ${bot.pid}: ${JSON.stringify(line)}`),
  );
  const ends = outages.map(({ fromMs, toMs }) => `processes ended from ${time(fromMs)} to ${time(toMs)}`);
  return [JSON.stringify(row), ...ends, ...sent, ...requests, ...lines].join('\n  ');
}
