import { expect, it } from 'vitest';
import type { Guild, Invocation } from '../../sandbox/discord/index.ts';
import { type Cluster, openCluster } from '../support/cluster/cluster.ts';
import { findViolations } from '../support/cluster/invariants.ts';
import { countStates } from '../support/cluster/jobs.ts';
import { pause } from '../support/pause.ts';
import { ended, imageReply, textOf } from '../support/test-bed.ts';

/** One server on each shard. */
const guildsOf = ({ guilds }: Cluster): Promise<Guild[]> =>
  Promise.all([0, 1, 2].map((shard) => guilds.createGuildOn(shard, 3)));

const says = (invocation: Invocation, words: string, timeoutMs?: number) =>
  invocation.waitForReply((message) => textOf(message).includes(words), timeoutMs);

const REFUSED = "You weren't charged";

/** Sends a request in a server, once a second, until the first answer has, or lacks, these words. */
async function requestUntil(
  { guilds }: Cluster,
  guild: Guild,
  prompt: string,
  words: { has: string } | { lacks: string },
) {
  let number = 0;
  const answer = async () => {
    number += 1;
    const { invocation } = await guilds.request(guild, `${prompt} ${number} end`);
    return textOf(await invocation.waitForReply());
  };
  const poll = expect.poll(answer, { timeout: 20_000, interval: 1_000 });
  await ('has' in words ? poll.toContain(words.has) : poll.not.toContain(words.lacks));
}

/** Waits until all requests that were not refused have their images. */
async function waitForAccepted({ guilds }: Cluster): Promise<void> {
  const invocations = guilds.requests.map(({ invocation }) => invocation);
  const wasRefused = (invocation: Invocation) => {
    const reply = invocation.reply();
    // A job's reply has an embed.
    return reply !== undefined && reply.embeds.length === 0 && textOf(reply).includes(REFUSED);
  };
  const accepted = invocations.filter((invocation) => !wasRefused(invocation));
  await Promise.all(accepted.map((invocation) => imageReply(invocation, 30_000)));
}

it('a 429 of one process makes all of them wait until its reset', async () => {
  const cluster = await openCluster();
  const { guilds, discord, segmind } = cluster;
  const [guild, ...others] = await guildsOf(cluster);
  if (!guild) throw new Error('there is a server of each shard');
  const resetsInMs = 7_000;
  segmind.script({ on: 'submit', rateLimit: resetsInMs });
  const refused = await guilds.request(guild, 'refused end');
  const refusedAtMs = await discord.waitFor(() => segmind.submits[0]?.atMs);
  const meanwhile = await Promise.all(others.map((other) => guilds.request(other, `meanwhile ${other.id} end`)));
  await Promise.all(meanwhile.map(({ invocation }) => says(invocation, 'In the queue')));
  await Promise.all([refused, ...meanwhile].map(({ invocation }) => imageReply(invocation, 30_000)));
  const [, ...later] = segmind.submits;
  // The reset is compared with the answer's Date, which has whole seconds.
  const tooEarly = later.filter(({ atMs }) => atMs < refusedAtMs + resetsInMs - 1_000);
  expect(tooEarly).toEqual([]);
  await cluster.close();
}, 90_000);

it('when one process runs out of credits, the others know it, and all continue when one of them sees credits again', async () => {
  const cluster = await openCluster();
  const { guilds, discord, segmind } = cluster;
  const [guild, other, third] = await guildsOf(cluster);
  if (!guild || !other || !third) throw new Error('there is a server of each shard');
  segmind.setCredits(0);
  const failed = await guilds.request(guild, 'unpaid end');
  expect(textOf(await ended(failed.invocation))).toContain('out of Segmind credits');
  for (const one of [other, third]) await requestUntil(cluster, one, `too late ${one.id}`, { has: REFUSED });
  expect(segmind.submits).toHaveLength(1);
  segmind.setCredits(10);
  const moderator = discord.actor('moderator', discord.guild.channel('general'));
  await moderator.pressCustomId(`check-again:${discord.guild.id}`);
  for (const one of [guild, other, third]) await requestUntil(cluster, one, `again ${one.id}`, { lacks: REFUSED });
  // All except the first, which failed for lack of credits.
  guilds.requests.shift();
  await waitForAccepted(cluster);
  await cluster.close();
}, 120_000);

it('BUDGET_USD_PER_DAY limits all processes together exactly, however many requests come at once', async () => {
  const budgetUsd = 0.05;
  const cluster = await openCluster({ env: { BUDGET_USD_PER_DAY: String(budgetUsd) } });
  const { guilds, segmind } = cluster;
  const onePerShard = await guildsOf(cluster);
  // Jobs under way count with their estimate, here for 512×512.
  const affordable = Math.floor(budgetUsd / (0.0103 * (0.512 ** 2 / 1.05)));
  segmind.hold();
  const sent = await Promise.all(
    onePerShard.flatMap((guild) =>
      Array.from({ length: 15 }, (_, index) => guilds.request(guild, `${guild.id} ${index} end`)),
    ),
  );
  const outcomes = await Promise.all(
    sent.map(async ({ invocation }) => {
      const reply = await invocation.waitForReply((message) => !message.thinking);
      const isLate = reply.ephemeralFor === undefined;
      return { invocation, isLate, isRefused: textOf(reply).includes('My daily budget is used up') };
    }),
  );
  const accepted = outcomes.filter(({ isRefused }) => !isRefused);
  expect(accepted).toHaveLength(affordable);
  expect(outcomes.filter(({ isRefused, isLate }) => isRefused && isLate).length).toBeGreaterThan(0);
  segmind.release();
  await Promise.all(accepted.map(({ invocation }) => imageReply(invocation, 30_000)));
  expect(10 - segmind.creditsUsd).toBeLessThanOrEqual(budgetUsd);
  await cluster.close();
}, 90_000);

it('SEGMIND_MAX_IN_FLIGHT limits all processes together', async () => {
  const maxInFlight = 2;
  const cluster = await openCluster({ env: { SEGMIND_MAX_IN_FLIGHT: String(maxInFlight) } });
  const { guilds, discord, segmind } = cluster;
  const inFlight: number[] = [];
  const note = () => {
    inFlight.push(segmind.activeCount);
    return false;
  };
  segmind.script({ on: 'submit', when: note, hang: true });
  segmind.hold();
  for (const guild of await guildsOf(cluster)) {
    for (const number of [1, 2]) await guilds.request(guild, `${guild.id} ${number} end`);
  }
  await discord.waitFor(() => segmind.activeCount === maxInFlight);
  await expect.poll(() => countStates(cluster.databaseUrl)).toMatchObject({ queued: 6 - maxInFlight });
  // By now, each of the three has tried.
  await pause(3_000);
  expect(segmind.submits).toHaveLength(maxInFlight);
  segmind.release();
  await Promise.all(guilds.requests.map(({ invocation }) => imageReply(invocation, 45_000)));
  // Active submits at the time of the next one.
  expect(Math.max(...inFlight)).toBeLessThan(maxInFlight);
  expect(await findViolations(cluster)).toEqual([]);
  await cluster.close();
}, 90_000);

it('QUEUE_LIMIT limits all processes together', async () => {
  const cluster = await openCluster({ env: { SEGMIND_MAX_IN_FLIGHT: '1', QUEUE_LIMIT: '4' } });
  const { guilds, segmind } = cluster;
  const onePerShard = await guildsOf(cluster);
  segmind.hold();
  const occupying = await guilds.request('direct messages', 'occupying end');
  await says(occupying.invocation, 'Sent');
  for (const [index, place] of [...onePerShard, 'direct messages' as const].entries()) {
    await says((await guilds.request(place, `waiting ${index} end`)).invocation, "You're ");
  }
  // At once, although a process's view of the others is older.
  for (const guild of onePerShard) {
    await says((await guilds.request(guild, `too much ${guild.id} end`)).invocation, 'The queue is full');
  }
  segmind.release();
  for (const guild of onePerShard) await requestUntil(cluster, guild, `room ${guild.id}`, { lacks: REFUSED });
  await waitForAccepted(cluster);
  await cluster.close();
}, 120_000);
