import { setTimeout as wait } from 'node:timers/promises';
import type { Actor, DiscordSandbox } from '../sandbox/discord/index.ts';

/** Small images, so that the sandbox has soon painted those of the jobs under way. */
const OPTIONS = { prompt: 'a red rose', width: 512, height: 512, steps: 20, seed: 7 };

export interface Load {
  /** From each command to its acknowledgement; Infinity for one that got none within Discord's 3 s. */
  readonly latenciesMs: readonly number[];
  /** From the first command to the last. */
  readonly sentWithinMs: number;
}

/** Members of the sandbox's server who use the bot in turn. */
export function createMembers(discord: DiscordSandbox, count: number): Actor[] {
  return Array.from({ length: count }, (_, index) => {
    const user = discord.createUser(`member${index + 1}`);
    discord.guild.join(user);
    return discord.actor(user, discord.guild.channel('general'));
  });
}

/**
 * Sends commands at an even pace, whether or not the earlier ones are acknowledged: waiting for a late one would keep those
 * back that it makes late.
 * @param withinMs 0 sends all of them at once
 * @throws Error where Discord's client would refuse the command
 */
export async function sendCommands(members: readonly Actor[], count: number, withinMs: number): Promise<Load> {
  const answers: Promise<number>[] = [];
  const startedMs = performance.now();
  while (answers.length < count) {
    for (const member of members.slice(0, count - answers.length)) {
      await until(startedMs + (answers.length * withinMs) / count);
      const sentMs = performance.now();
      const invocation = await member.command('timeless', OPTIONS);
      answers.push(
        invocation.acknowledged().then(
          () => performance.now() - sentMs,
          () => Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  const sentWithinMs = performance.now() - startedMs;
  return { latenciesMs: await Promise.all(answers), sentWithinMs };
}

/** A timer may fire a little early by the finer clock. */
async function until(atMs: number): Promise<void> {
  for (let remainingMs = atMs - performance.now(); remainingMs > 0; remainingMs = atMs - performance.now()) {
    await wait(remainingMs);
  }
}
