import type { Channel, DiscordSandbox, Guild, Message } from '../../discord/index.ts';
import { FAULTS, FIX } from '../../session/faults.ts';
import type { Stack } from '../../session/stack.ts';
import type { Viewer } from '../../session/viewer.ts';
import type * as Page from '../protocol.ts';
import { listActivity } from './activity.ts';

const SUBMITS = 20;
/** The plot shows a minute, and each of its moments looks back on another one. */
const PLOTTED_MS = 120_000;

/** The knobs for trouble, in the order of the page. */
export const KNOBS: Readonly<Record<string, (typeof FAULTS)[string]>> = { ...FAULTS, fix: FIX };

/** Everything that the page shows to this viewer now. @param jobs how many are in each state */
export function createPageState(
  { discord, segmind, botState }: Pick<Stack, 'discord' | 'segmind' | 'botState'>,
  viewer: Viewer,
  jobs: Readonly<Record<string, number>>,
): Page.PageState {
  const { user, place, guild, locale } = viewer;
  return {
    bot: botState,
    me: { username: user, place: place === 'dm' ? 'dm' : place.id, serverId: guild.id, locale },
    members: [...discord.guild.members.values()].flatMap(({ user: { username, globalName, bot } }) =>
      bot ? [] : { username, displayName: globalName },
    ),
    servers: discord.guilds.map((each) => serverFor(each, viewer)),
    directory: viewer.directory,
    messages: viewer.visibleMessages().map((message) => messageFor(message, discord)),
    menus: viewer
      .actor()
      .offeredCommands(3)
      .map(({ name }) => name),
    activity: listActivity(discord),
    violations: [
      ...discord.violations.map(({ rule, detail }) => ({ of: 'Discord' as const, rule, detail })),
      ...segmind.violations.map(({ rule, detail }) => ({ of: 'Segmind' as const, rule, detail })),
    ],
    segmind: {
      creditsUsd: segmind.creditsUsd,
      requestsPerMinute: segmind.requestsPerMinute,
      submits: segmind.submits.slice(-SUBMITS).map(({ atMs, body, status, requestId }) => {
        const state = requestId === undefined ? undefined : segmind.stateOf(requestId);
        return { atMs, prompt: String(body['prompt'] ?? ''), status, ...(state ? { state } : {}) };
      }),
      countedMs: segmind.submits
        .filter(({ atMs, status }) => status !== 429 && atMs > Date.now() - PLOTTED_MS)
        .map(({ atMs }) => atMs),
    },
    jobs,
    faults: Object.entries(KNOBS).map(([name, { description }]) => ({ name, description })),
  };
}

function serverFor({ id, name, channels }: Guild, viewer: Viewer): Page.Server {
  const seen = channels.filter((channel) => !channel.deleted && viewer.canView(channel));
  return { id, name, channels: seen.map(channelFor) };
}

function channelFor({ id, name, type, nsfw, parentId }: Channel): Page.Channel {
  return { id, name, type, isAgeRestricted: nsfw, ...(parentId === undefined ? {} : { parentId }) };
}

function messageFor(message: Message, discord: DiscordSandbox): Page.Message {
  const { id, author, createdAtMs, content, embeds, components, attachments, referencedInteraction: origin } = message;
  const by = origin?.name === undefined ? undefined : discord.user(origin.userId);
  const shown = {
    id,
    author: { username: author.username, displayName: author.globalName, isBot: author.bot },
    createdAtMs,
    content,
    embeds,
    components,
    attachments: attachments.map(({ bytes: _, ...attachment }) => attachment),
    isEphemeral: message.ephemeralFor !== undefined,
    isThinking: message.thinking,
    // The first edit of a deferred reply is its answer, which Discord's client doesn't mark as edited.
    isEdited: message.history.length > 1,
    ...(by ? { command: { name: origin?.name, username: by.username, displayName: by.globalName } } : {}),
  };
  // The page loads files from its own server only, which passes them on.
  const files = `${new URL(discord.apiUrl).origin}/attachments/`;
  // Safe cast: the rules have accepted these embeds and components, and JSON changes none of them.
  return JSON.parse(JSON.stringify(shown).replaceAll(files, '/attachments/')) as Page.Message;
}
