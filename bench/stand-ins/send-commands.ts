import { setTimeout as wait } from 'node:timers/promises';
import type { Actor, DiscordSandbox, Guild, Invocation } from '../../sandbox/discord/index.ts';

/** Small images, so that the sandbox renders them quickly. */
const OPTIONS = { prompt: 'a red rose', width: 512, height: 512, steps: 20, seed: 7 };

export interface Workload {
  readonly commands: number;
  /** At an even pace; Infinity sends all at once. */
  readonly perSecond: number;
  /** The options of the command; default: small images. */
  readonly options?: Readonly<Record<string, string | number>>;
}

export interface Load {
  /** Time from each command to its acknowledgement; Infinity for a command without one within Discord's 3 s. */
  readonly latenciesMs: readonly number[];
  /** Time from the first command to the last. */
  readonly sentWithinMs: number;
  /** Time from the first command to the last acknowledgement. */
  readonly tookMs: number;
}

/** Creates members of each of these servers, who take turns using the bot. */
export function createMembers(discord: DiscordSandbox, guilds: readonly Guild[], perGuild: number): Actor[] {
  return Array.from({ length: perGuild }, (_, index) => index + 1).flatMap((number) =>
    guilds.map((guild) => {
      const user = discord.createUser(`member${number}-${guild.id}`);
      guild.join(user);
      return discord.actor(user, guild.channel('general'));
    }),
  );
}

/**
 * Sends commands at an even pace, without waiting for acknowledgements: otherwise a slow one would delay the next commands
 * and hide their latency.
 * @param beforeEach each command waits for this
 * @throws Error when Discord's client would refuse the command
 */
export async function sendCommands(
  members: readonly Actor[],
  { commands, perSecond, options = OPTIONS }: Workload,
  beforeEach: (sent: readonly Invocation[]) => Promise<unknown> = async () => {},
): Promise<Load & { readonly invocations: readonly Invocation[] }> {
  const invocations: Invocation[] = [];
  const latencies: Promise<number>[] = [];
  const startedMs = performance.now();
  while (latencies.length < commands) {
    for (const member of members.slice(0, commands - latencies.length)) {
      await beforeEach(invocations);
      await waitUntil(startedMs + (latencies.length * 1_000) / perSecond);
      const sentMs = performance.now();
      const invocation = await member.command('timeless', options);
      invocations.push(invocation);
      latencies.push(
        invocation.acknowledged().then(
          () => performance.now() - sentMs,
          () => Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  const sentWithinMs = performance.now() - startedMs;
  const latenciesMs = await Promise.all(latencies);
  return { latenciesMs, sentWithinMs, tookMs: performance.now() - startedMs, invocations };
}

/** Waits in a loop, because a timer can fire slightly early by the finer clock. */
async function waitUntil(atMs: number): Promise<void> {
  for (let remainingMs = atMs - performance.now(); remainingMs > 0; remainingMs = atMs - performance.now()) {
    await wait(remainingMs);
  }
}
