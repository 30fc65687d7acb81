import { expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { openCluster } from '../support/cluster/cluster.ts';
import { findViolations } from '../support/cluster/invariants.ts';
import { imageReply } from '../support/test-bed.ts';

/** The only line that a process printed before it exited. */
async function exitMessageOf(bot: BotProcess): Promise<string> {
  expect(await bot.exited).toBe(1);
  const lines = bot.stderr.trim().split('\n');
  expect(lines).toEqual([expect.any(String)]);
  return lines[0] ?? '';
}

it('a process with a shard of another one, or with another shard count, exits with one line before it calls Discord', async () => {
  const cluster = await openCluster();
  const { discord } = cluster;
  const logins = () => discord.requests.filter(({ path }) => path === '/gateway/bot').length;
  const before = logins();
  for (const [shardIds, env, says] of [
    ['1', {}, /shard/i],
    ['0-1', {}, /shard/i],
    ['3', { DISCORD_SHARD_COUNT: '4' }, /DISCORD_SHARD_COUNT/],
  ] as const) {
    expect(await exitMessageOf(cluster.launch(shardIds, env))).toMatch(says);
  }
  expect(discord.gateway.identifies).toBe(3);
  expect(logins()).toBe(before);
  const guild = await cluster.guilds.createGuildOn(1, 3);
  await imageReply((await cluster.guilds.request(guild, 'undisturbed end')).invocation);
  await cluster.close();
}, 90_000);

it('a process that was frozen while another one took its shards exits when it resumes, and delivers nothing', async () => {
  const cluster = await openCluster({ mayOverlap: true });
  const { guilds, discord, segmind } = cluster;
  const guild = await guilds.createGuildOn(1, 3);
  segmind.hold();
  const before = [await guilds.request(guild, 'first end'), await guilds.request(guild, 'second end')];
  const polled = () => new Set(segmind.requests.map(({ path }) => path).filter((path) => path.endsWith('/status')));
  await discord.waitFor(() => polled().size === before.length);
  const frozen = cluster.bot('1');
  cluster.allowAnyExit(frozen);
  process.kill(frozen.pid, 'SIGSTOP');
  await cluster.restart('1');
  expect(frozen.isRunning).toBe(true);
  segmind.release();
  await Promise.all(before.map(({ invocation }) => imageReply(invocation)));
  await imageReply((await guilds.request(guild, 'meanwhile end')).invocation);
  process.kill(frozen.pid, 'SIGCONT');
  await exitMessageOf(frozen);
  await imageReply((await guilds.request(guild, 'afterwards end')).invocation);
  expect(await findViolations(cluster)).toEqual([]);
  await cluster.close();
}, 120_000);
