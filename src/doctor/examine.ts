import type { Settings } from '../config.ts';
import { FatalError } from '../fatal.ts';
import { printable } from '../log.ts';
import { findOwnShards } from '../shards.ts';
import { within } from '../time.ts';
import { checkClock } from './clock.ts';
import { checkDatabase } from './database.ts';
import { askDiscord, checkApplication, checkGateway, checkToken } from './discord.ts';
import { type Finding, notChecked, problem } from './finding.ts';
import { checkNode } from './node.ts';
import { askSegmind, checkCredits } from './segmind.ts';
import { checkServers } from './servers.ts';
import { checkSettings } from './settings.ts';

/** How long a check may take: that of the gateway makes one call after the other, of 8 s and 5 s at most. */
const CHECK_LIMIT_MS = 15_000;

type Check = () => Finding | Promise<Finding>;

/** Looks at everything that the bot needs, all of it at once; the findings are in the order in which they are to be read. */
export function examine(settings: Settings): { readonly name: string; readonly finding: Promise<Finding> }[] {
  const { DISCORD_TOKEN: token, SEGMIND_API_KEY: key } = settings.values;
  const secrets = [token, key].filter((secret) => secret !== undefined);
  return Object.entries(checksOf(settings)).map(([name, check]) => ({
    name,
    finding: limited(check).then(({ level, text }) => ({ level, text: oneLine(text, secrets) })),
  }));
}

function checksOf(settings: Settings): Readonly<Record<string, Check>> {
  const { values, problems } = settings;
  const { DISCORD_TOKEN: token, DISCORD_API_URL: discordUrl, DISCORD_SHARD_COUNT: shardCount } = values;
  const { SEGMIND_API_KEY: key, SEGMIND_API_URL: segmindUrl, DATABASE_URL: databaseUrl } = values;
  const discord = token && discordUrl ? askDiscord(discordUrl, token) : undefined;
  const segmind = key && segmindUrl ? askSegmind(segmindUrl, key) : undefined;
  const clocks = { ...(discord ? { Discord: discord.user } : {}), ...(segmind ? { Segmind: segmind.credits } : {}) };
  const named = {
    DISCORD_GUILD_ID: values.DISCORD_GUILD_ID ? [values.DISCORD_GUILD_ID] : [],
    OPERATOR_GUILD_IDS: values.OPERATOR_GUILD_IDS ?? [],
  };
  const skip = (...names: string[]) => notChecked(names.filter((name) => problems.has(name)));
  const skipDiscord = () => skip('DISCORD_TOKEN', 'DISCORD_API_URL');
  return {
    settings: () => checkSettings(settings),
    node: () => checkNode(),
    token: () => (discord ? checkToken(discord) : skipDiscord()),
    application: () => (discord ? checkApplication(discord) : skipDiscord()),
    gateway: () => {
      if (!discord) return skipDiscord();
      if (!shardCount || problems.has('DISCORD_SHARD_IDS')) return skip('DISCORD_SHARD_COUNT', 'DISCORD_SHARD_IDS');
      return checkGateway(discord, findOwnShards({ shardCount, shardIds: values.DISCORD_SHARD_IDS }));
    },
    servers: () => (discord ? checkServers(discord, named) : skipDiscord()),
    segmind: () => (segmind ? checkCredits(segmind) : skip('SEGMIND_API_KEY', 'SEGMIND_API_URL')),
    clock: () => checkClock(clocks),
    database: () => (databaseUrl ? checkDatabase(databaseUrl) : skip('DATABASE_URL')),
  };
}

async function limited(check: Check): Promise<Finding> {
  try {
    const found = await within(CHECK_LIMIT_MS, Promise.resolve().then(check));
    return found ?? problem(`This took more than ${CHECK_LIMIT_MS / 1_000} s: try again.`);
  } catch (error) {
    if (error instanceof FatalError) return problem(error.message);
    return problem(`This check broke: ${error instanceof Error ? error.message : error}`);
  }
}

/** Without line breaks, and without a secret that a text of others may have brought along. */
function oneLine(text: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return printable(clean.replace(/\s+/g, ' '));
}
