import { REST, Routes } from 'discord.js';
import { DiscordSandbox, type DiscordSandboxOptions } from '../../sandbox/discord/index.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../../sandbox/segmind/index.ts';
import { commands } from '../../src/commands/index.ts';
import { createMembers, sendCommands, type Workload } from './send-commands.ts';

const MEMBERS = 25;

export interface StandInOptions {
  readonly discord?: DiscordSandboxOptions;
  readonly segmind?: SegmindSandboxOptions;
  /** Servers in addition to the first one. */
  readonly guilds?: number;
}

export type Operations = Awaited<ReturnType<typeof createOperations>>;

/** Starts both stand-ins, with the bot's commands registered for the bare client too, and returns what the measuring process can ask of them. */
export async function createOperations({
  discord: discordOptions,
  segmind: segmindOptions,
  guilds = 0,
}: StandInOptions) {
  const discord = await DiscordSandbox.start(discordOptions);
  const segmind = await SegmindSandbox.start(segmindOptions);
  for (let index = 0; index < guilds; index += 1) discord.createGuild({ name: `Gallery ${index + 2}` });
  const rest = new REST({ api: discord.apiUrl }).setToken(discord.token);
  await rest.put(Routes.applicationCommands(discord.applicationId), { body: commands.map(({ data }) => data) });
  const members = createMembers(discord, MEMBERS);
  return {
    addresses: () => ({
      discord: { apiUrl: discord.apiUrl, token: discord.token, guildId: discord.guild.id },
      segmind: { url: segmind.url, apiKey: segmind.apiKey, imageHost: segmind.imageHost },
    }),
    /** Sends commands, and resolves when all of them were acknowledged. Also measures how busy this process was. */
    sendCommands: async (workload: Workload) => {
      const before = performance.eventLoopUtilization();
      const load = await sendCommands(members, workload);
      return { ...load, busyShare: performance.eventLoopUtilization(before).utilization };
    },
    /** Resolves when so many jobs are queued or rendering at Segmind. */
    awaitActiveJobs: async (count: number) => {
      await discord.waitFor(() => segmind.activeCount === count, 120_000);
    },
    countActiveJobs: () => segmind.activeCount,
    /** Keeps every job from finishing until `release`. */
    hold: () => segmind.hold(),
    release: () => segmind.release(),
    /** The rules that the bot broke: with any, figures mean nothing. */
    violations: () => [...discord.violations, ...segmind.violations].map(({ rule, detail }) => `${rule}: ${detail}`),
    close: async () => {
      await discord.close();
      await segmind.close();
    },
  };
}
