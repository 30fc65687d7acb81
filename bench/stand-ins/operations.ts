import { REST, Routes } from 'discord.js';
import {
  DiscordSandbox,
  type DiscordSandboxOptions,
  type Invocation,
  type RequestRecord,
} from '../../sandbox/discord/index.ts';
import { SegmindSandbox, type SegmindSandboxOptions } from '../../sandbox/segmind/index.ts';
import { registrations } from '../../src/commands/index.ts';
import { createMembers, sendCommands, type Workload } from './send-commands.ts';

/** In each server that uses the bot. */
const MEMBERS = 25;
const COMPLETE_WITHIN_MS = 120_000;

export interface StandInOptions {
  readonly discord?: DiscordSandboxOptions;
  readonly segmind?: SegmindSandboxOptions;
  /** Servers in addition to those that use the bot. */
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
  await rest.put(Routes.applicationCommands(discord.applicationId), { body: registrations });
  const shards = Array.from({ length: discordOptions?.shards ?? 1 }, (_, shard) => shard);
  // One on each shard.
  const usingGuilds = await Promise.all(shards.map((shard) => discord.createGuildOn(shard, shards.length)));
  const members = createMembers(discord, usingGuilds, MEMBERS);
  return {
    addresses: () => ({
      discord: { apiUrl: discord.apiUrl, token: discord.token, guildIds: usingGuilds.map(({ id }) => id) },
      segmind: { url: segmind.url, apiKey: segmind.apiKey, imageHost: segmind.imageHost },
    }),
    /** Sends commands, and resolves when all of them were acknowledged. Also measures how busy this process was. */
    sendCommands: async (workload: Workload) => {
      const before = performance.eventLoopUtilization();
      const { invocations: _, ...load } = await sendCommands(members, workload);
      return { ...load, busyShare: performance.eventLoopUtilization(before).utilization };
    },
    /**
     * Sends commands, at most `maxInProgress` at a time (default any number), and resolves when all of them have their images.
     * @returns how long that took, and how busy this process was
     */
    completeCommands: async ({ maxInProgress = Infinity, ...workload }: Workload & { maxInProgress?: number }) => {
      const before = performance.eventLoopUtilization();
      const startedMs = performance.now();
      const hasImages = ({ interaction }: Invocation) => (interaction.original?.attachments.length ?? 0) > 0;
      const hasRoom = (sent: readonly Invocation[]) => sent.length - sent.filter(hasImages).length < maxInProgress;
      const { invocations } = await sendCommands(members, workload, (sent) =>
        discord.waitFor(() => hasRoom(sent), COMPLETE_WITHIN_MS),
      );
      await discord.waitFor(() => invocations.every(hasImages), COMPLETE_WITHIN_MS);
      return {
        tookMs: performance.now() - startedMs,
        busyShare: performance.eventLoopUtilization(before).utilization,
      };
    },
    /** The times of all submits so far, ms since the epoch, and how many of them were answered with 429. */
    submits: () => ({
      atMs: segmind.submits.map(({ atMs }) => atMs),
      refused: segmind.submits.filter(({ status }) => status === 429).length,
    }),
    /** How many requests were answered so far, by kind. */
    countRequests: () => ({
      editsByJob: countEdits(discord.requests),
      edits: sum(countEdits(discord.requests)),
      discordRefused: discord.requests.filter(({ status }) => status === 429).length,
      polls: segmind.requests.filter(({ path }) => path.endsWith('/status')).length,
    }),
    /** From each submit until its result was asked for, in ms. */
    renderTimes: () => {
      const askedMs = new Map(segmind.requests.map(({ path, atMs }) => [path, atMs]));
      return segmind.submits.flatMap(({ atMs, requestId }) => {
        const resultMs = askedMs.get(`/v2/requests/${requestId}`);
        return resultMs === undefined ? [] : [resultMs - atMs];
      });
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

/** How often each job's message was edited, the final edit included. */
function countEdits(requests: readonly RequestRecord[]): number[] {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    if (method === 'PATCH' && path.startsWith('/webhooks/')) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts.values()];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
