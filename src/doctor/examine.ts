import type { EnvironmentSettings } from '../config.ts';
import { FatalError } from '../fatal.ts';
import { printable } from '../log.ts';
import { findOwnShards } from '../shards.ts';
import { within } from '../time.ts';
import { checkClock } from './clock.ts';
import { checkDatabase } from './database.ts';
import { askDiscord, checkApplication, checkGateway, checkToken } from './discord.ts';
import { type Finding, problem, skipped } from './finding.ts';
import { checkNode } from './node.ts';
import { askSegmind, checkCredits } from './segmind.ts';
import { checkServers } from './servers.ts';
import { checkSettings } from './settings.ts';

/** How long a check may take: the gateway's makes two calls in succession, of at most 8 s and 5 s. */
const CHECK_LIMIT_MS = 15_000;

interface Check {
  readonly name: string;
  /** The check that has to succeed first: otherwise this one would only repeat its finding. */
  readonly after?: string;
  look(): Finding | Promise<Finding>;
}

/** Checks everything that the bot needs, as far as possible in parallel; the findings are in the order in which to fix them. */
export function examine(
  settings: EnvironmentSettings,
): { readonly name: string; readonly finding: Promise<Finding> }[] {
  const { DISCORD_TOKEN: token, SEGMIND_API_KEY: key } = settings.values;
  const secrets = [token, key].filter((secret) => secret !== undefined);
  const found = new Map<string, Promise<Finding>>();
  for (const check of checksOf(settings)) found.set(check.name, run(check, found));
  return [...found].map(([name, finding]) => ({
    name,
    finding: finding.then(({ level, text }) => ({ level, text: oneLine(text, secrets) })),
  }));
}

async function run({ after, look }: Check, found: ReadonlyMap<string, Promise<Finding>>): Promise<Finding> {
  const earlier = after === undefined ? undefined : await found.get(after);
  return earlier?.level === 'problem' ? skipped(`Fix ${after} first.`) : limited(look);
}

function checksOf(settings: EnvironmentSettings): readonly Check[] {
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
  const allowed = values.ALLOWED_GUILD_IDS ?? [];
  const skip = (...names: string[]) =>
    skipped(`Fix ${names.filter((name) => problems.has(name)).join(' and ')} first.`);
  const skipDiscord = () => skip('DISCORD_TOKEN', 'DISCORD_API_URL');
  return [
    { name: 'node', look: () => checkNode() },
    { name: 'settings', look: () => checkSettings(settings) },
    { name: 'token', look: () => (discord ? checkToken(discord) : skipDiscord()) },
    { name: 'segmind', look: () => (segmind ? checkCredits(segmind) : skip('SEGMIND_API_KEY', 'SEGMIND_API_URL')) },
    {
      name: 'gateway',
      after: 'token',
      look() {
        if (!discord) return skipDiscord();
        if (!shardCount || problems.has('DISCORD_SHARD_IDS')) return skip('DISCORD_SHARD_COUNT', 'DISCORD_SHARD_IDS');
        return checkGateway(discord, findOwnShards({ shardCount, shardIds: values.DISCORD_SHARD_IDS }));
      },
    },
    { name: 'clock', look: () => checkClock(clocks) },
    { name: 'database', after: 'node', look: () => (databaseUrl ? checkDatabase(databaseUrl) : skip('DATABASE_URL')) },
    {
      name: 'application',
      after: 'token',
      look() {
        if (!discord) return skipDiscord();
        return problems.has('ALLOWED_GUILD_IDS') ? skip('ALLOWED_GUILD_IDS') : checkApplication(discord, allowed);
      },
    },
    { name: 'servers', after: 'token', look: () => (discord ? checkServers(discord, named, allowed) : skipDiscord()) },
  ];
}

async function limited(look: Check['look']): Promise<Finding> {
  try {
    const found = await within(CHECK_LIMIT_MS, Promise.resolve().then(look));
    return found ?? problem(`This took more than ${CHECK_LIMIT_MS / 1_000} s: try again.`);
  } catch (error) {
    if (error instanceof FatalError) return problem(error.message);
    return problem(`This check broke: ${error instanceof Error ? error.message : error}`);
  }
}

/** On one line, and without secrets, which an error's text may contain. */
function oneLine(text: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return printable(clean.replace(/\s+/g, ' '));
}
