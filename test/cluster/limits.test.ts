import { expect, it } from 'vitest';
import type { Guild, Invocation } from '../../sandbox/discord/index.ts';
import { type Cluster, openCluster } from '../support/cluster/cluster.ts';
import { findBrokenPromises } from '../support/cluster/invariants.ts';
import { countStates } from '../support/cluster/jobs.ts';
import { pause } from '../support/pause.ts';
import { ended, imageReply, textOf } from '../support/test-bed.ts';

/** A server of each shard. */
const guildsOf = ({ crowd }: Cluster): Promise<Guild[]> =>
  Promise.all([0, 1, 2].map((shard) => crowd.foundOn(shard, 3)));

const says = (invocation: Invocation, words: string, timeoutMs?: number) =>
  invocation.waitForReply((message) => textOf(message).includes(words), timeoutMs);

const REFUSED = "You weren't charged";

/** Asks in a server, once a second, until the first answer has these words in it, or has not. */
async function askUntil({ crowd }: Cluster, guild: Guild, prompt: string, words: { has: string } | { lacks: string }) {
  let number = 0;
  const answer = async () => {
    number += 1;
    const { invocation } = await crowd.ask(guild, `${prompt} ${number} end`);
    return textOf(await invocation.waitForReply());
  };
  const poll = expect.poll(answer, { timeout: 20_000, interval: 1_000 });
  await ('has' in words ? poll.toContain(words.has) : poll.not.toContain(words.lacks));
}

/** Waits until all that were not refused have their images. */
async function acceptedArePainted({ crowd }: Cluster): Promise<void> {
  const invocations = crowd.asked.map(({ invocation }) => invocation);
  const wasRefused = (invocation: Invocation) => {
    const reply = invocation.reply();
    // The text of a job stands in an embed.
    return reply !== undefined && reply.embeds.length === 0 && textOf(reply).includes(REFUSED);
  };
  const accepted = invocations.filter((invocation) => !wasRefused(invocation));
  await Promise.all(accepted.map((invocation) => imageReply(invocation, 30_000)));
}

it('a 429 that one process met makes all of them wait until its reset', async () => {
  const cluster = await openCluster();
  const { crowd, discord, segmind } = cluster;
  const [guild, ...others] = await guildsOf(cluster);
  if (!guild) throw new Error('there is a server of each shard');
  const resetsInMs = 7_000;
  segmind.script({ on: 'submit', rateLimit: resetsInMs });
  const refused = await crowd.ask(guild, 'refused end');
  const refusedAtMs = await discord.waitFor(() => segmind.submits[0]?.atMs);
  const meanwhile = await Promise.all(others.map((other) => crowd.ask(other, `meanwhile ${other.id} end`)));
  await Promise.all(meanwhile.map(({ invocation }) => says(invocation, "You're ")));
  await Promise.all([refused, ...meanwhile].map(({ invocation }) => imageReply(invocation, 30_000)));
  const [, ...later] = segmind.submits;
  // The reset is measured against the answer's Date, which has whole seconds.
  const tooEarly = later.filter(({ atMs }) => atMs < refusedAtMs + resetsInMs - 1_000);
  expect(tooEarly).toEqual([]);
  await cluster.close();
}, 90_000);

it('out of credits, which one process met, is known to the others, and they go on when one of them sees credits again', async () => {
  const cluster = await openCluster();
  const { crowd, discord, segmind } = cluster;
  const [guild, other, third] = await guildsOf(cluster);
  if (!guild || !other || !third) throw new Error('there is a server of each shard');
  segmind.setCredits(0);
  const failed = await crowd.ask(guild, 'unpaid end');
  expect(textOf(await ended(failed.invocation))).toContain('out of Segmind credits');
  for (const one of [other, third]) await askUntil(cluster, one, `too late ${one.id}`, { has: REFUSED });
  expect(segmind.submits).toHaveLength(1);
  segmind.setCredits(10);
  const moderator = discord.actor('moderator', discord.guild.channel('general'));
  await moderator.pressCustomId(`check-again:${discord.guild.id}`);
  for (const one of [guild, other, third]) await askUntil(cluster, one, `again ${one.id}`, { lacks: REFUSED });
  // All but the first, which nobody could pay for.
  crowd.asked.shift();
  await acceptedArePainted(cluster);
  await cluster.close();
}, 120_000);

it('BUDGET_USD_PER_DAY is that of all processes together, exactly, however many press at once', async () => {
  const budgetUsd = 0.05;
  const cluster = await openCluster({ env: { BUDGET_USD_PER_DAY: String(budgetUsd) } });
  const { crowd, segmind } = cluster;
  const guilds = await guildsOf(cluster);
  // What is under way counts with its estimate: 512×512.
  const affordable = Math.floor(budgetUsd / (0.0103 * (0.512 ** 2 / 1.05)));
  segmind.hold();
  const asked = await Promise.all(
    guilds.flatMap((guild) => Array.from({ length: 15 }, (_, index) => crowd.ask(guild, `${guild.id} ${index} end`))),
  );
  const outcomes = await Promise.all(
    asked.map(async ({ invocation }) => {
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

it('SEGMIND_MAX_IN_FLIGHT is that of all processes together', async () => {
  const maxInFlight = 2;
  const cluster = await openCluster({ env: { SEGMIND_MAX_IN_FLIGHT: String(maxInFlight) } });
  const { crowd, discord, segmind } = cluster;
  const inFlight: number[] = [];
  const note = () => {
    inFlight.push(segmind.activeCount);
    return false;
  };
  segmind.script({ on: 'submit', when: note, hang: true });
  segmind.hold();
  for (const guild of await guildsOf(cluster)) {
    for (const number of [1, 2]) await crowd.ask(guild, `${guild.id} ${number} end`);
  }
  await discord.waitFor(() => segmind.activeCount === maxInFlight);
  await expect.poll(() => countStates(cluster.databaseUrl)).toMatchObject({ queued: 6 - maxInFlight });
  // Each of the three has tried by now.
  await pause(3_000);
  expect(segmind.submits).toHaveLength(maxInFlight);
  segmind.release();
  await Promise.all(crowd.asked.map(({ invocation }) => imageReply(invocation, 45_000)));
  // What was active when the next one came.
  expect(Math.max(...inFlight)).toBeLessThan(maxInFlight);
  expect(await findBrokenPromises(cluster)).toEqual([]);
  await cluster.close();
}, 90_000);

it('QUEUE_LIMIT is that of all processes together', async () => {
  const cluster = await openCluster({ env: { SEGMIND_MAX_IN_FLIGHT: '1', QUEUE_LIMIT: '4' } });
  const { crowd, segmind } = cluster;
  const guilds = await guildsOf(cluster);
  segmind.hold();
  const occupying = await crowd.ask('direct messages', 'occupying end');
  await says(occupying.invocation, 'Started');
  for (const [index, guild] of [...guilds, ...guilds.slice(0, 1)].entries()) {
    await says((await crowd.ask(guild, `waiting ${index} end`)).invocation, "You're ");
  }
  // At once: what a process has seen of the others is older.
  for (const guild of guilds) {
    await says((await crowd.ask(guild, `too much ${guild.id} end`)).invocation, 'The queue is full');
  }
  segmind.release();
  for (const guild of guilds) await askUntil(cluster, guild, `room ${guild.id}`, { lacks: REFUSED });
  await acceptedArePainted(cluster);
  await cluster.close();
}, 120_000);
