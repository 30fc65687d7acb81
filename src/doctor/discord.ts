import * as z from 'zod';
import { inviteUrl } from '../invite.ts';
import { type OwnShards, ownsAll } from '../shards.ts';
import { ask, type CallResult } from './ask.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { findGatewayTrouble } from './gateway.ts';

/** Discord refuses calls without this form. @see https://discord.com/developers/docs/reference#user-agent */
const USER_AGENT = 'DiscordBot (https://discord.js.org, 10) timeless-doctor';
/** Discord's largest page of servers. */
export const PAGE = 200;
/** With so few starts left, the doctor warns: at none, Discord resets the token. @see https://discord.com/developers/docs/events/gateway#session-start-limit-object */
const FEW_STARTS = 50;

const userSchema = z.looseObject({ id: z.string(), username: z.string() });
const applicationSchema = z.looseObject({
  id: z.string(),
  bot_public: z.boolean().optional(),
  bot_require_code_grant: z.boolean().optional(),
  interactions_endpoint_url: z.string().nullish(),
});
const gatewaySchema = z.looseObject({
  url: z.url({ protocol: /^wss?$/ }),
  shards: z.number(),
  session_start_limit: z.looseObject({ total: z.number(), remaining: z.number(), reset_after: z.number() }),
});

/** Discord's answers that the checks need, each requested once. */
export interface DiscordAnswers {
  readonly user: Promise<CallResult>;
  readonly application: Promise<CallResult>;
  readonly gateway: Promise<CallResult>;
  readonly guilds: Promise<CallResult>;
}

/** Requests the bot's user and application, which shows whether the token works. */
export function askForBot(apiUrl: string, token: string): Pick<DiscordAnswers, 'user' | 'application'> {
  const get = getter(apiUrl, token);
  return { user: get('/users/@me'), application: get('/applications/@me') };
}

export function askDiscord(apiUrl: string, token: string): DiscordAnswers {
  const get = getter(apiUrl, token);
  return {
    ...askForBot(apiUrl, token),
    gateway: get('/gateway/bot'),
    guilds: get(`/users/@me/guilds?limit=${PAGE}`),
  };
}

function getter(apiUrl: string, token: string) {
  const headers = { authorization: `Bot ${token}`, 'user-agent': USER_AGENT, accept: 'application/json' };
  return (path: string) => ask(`${apiUrl}/v10${path}`, headers);
}

/** Runs `check` on an answer that matches `schema`; otherwise says what is wrong with the answer. */
export async function checkAnswer<S extends z.ZodType>(
  call: Promise<CallResult>,
  schema: S,
  check: (data: z.output<S>) => Finding | Promise<Finding>,
): Promise<Finding> {
  const answer = await call;
  if (!answer.isAnswered) {
    return problem(`Discord can't be reached (${answer.reason}): check the network, any proxy, and DISCORD_API_URL.`);
  }
  if (answer.status === 401) {
    return problem(
      'Discord does not accept the token (401): copy it again from the Developer Portal (Bot > Reset Token) into DISCORD_TOKEN.',
    );
  }
  if (answer.status === 429) return warning('Discord limits the rate of requests (429): try again in some minutes.');
  if (answer.status < 200 || answer.status > 299) {
    return problem(
      `Discord answers with ${answer.status}: try again later; if it stays so, check DISCORD_API_URL and https://discordstatus.com.`,
    );
  }
  const parsed = schema.safeParse(answer.json);
  if (parsed.success) return check(parsed.data);
  return problem("Discord's answer can't be read: check DISCORD_API_URL, and any proxy on the way.");
}

export function checkToken({ user }: Pick<DiscordAnswers, 'user'>): Promise<Finding> {
  return checkAnswer(user, userSchema, ({ username, id }) => ok(`Discord knows the bot as ${username} (${id}).`));
}

/** The bot's invite link; undefined when Discord doesn't say which application it belongs to. */
export async function findInviteUrl({ application }: Pick<DiscordAnswers, 'application'>): Promise<string | undefined> {
  const answer = await application;
  const parsed = applicationSchema.safeParse(answer.isAnswered ? answer.json : undefined);
  return parsed.success ? inviteUrl(parsed.data.id) : undefined;
}

/**
 * Whether the application's settings allow commands to reach the bot, and the bot to be invited to the operator's servers only.
 * @param allowedGuildIds the only servers in which the bot works; none: all
 */
export function checkApplication(
  { application }: Pick<DiscordAnswers, 'application'>,
  allowedGuildIds: readonly string[],
): Promise<Finding> {
  return checkAnswer(application, applicationSchema, (data) => {
    const troubles: string[] = [];
    if (data.interactions_endpoint_url) {
      troubles.push(
        'Commands go to an Interactions Endpoint URL and never reach this bot: empty that field in the Developer Portal (General Information).',
      );
    }
    if (data.bot_require_code_grant) {
      troubles.push(
        'Requires OAuth2 Code Grant is on, so that invitations fail: turn it off in the Developer Portal (Bot).',
      );
    }
    if (data.bot_public && allowedGuildIds.length === 0) {
      troubles.push(
        'Anyone can invite the bot to a server, where it spends your credits, up to BUDGET_USD_PER_DAY and GUILD_BUDGET_USD_PER_DAY: turn Public Bot off in the Developer Portal (Installation > Install Link: None, then Bot > Public Bot), or list your servers in ALLOWED_GUILD_IDS.',
      );
    }
    const text = [...troubles, `Invite the bot with ${inviteUrl(data.id)}`].join(' ');
    if (data.interactions_endpoint_url) return problem(text);
    return troubles.length > 0 ? warning(text) : ok(text);
  });
}

/**
 * Whether the bot could connect to the gateway now: opens it, and leaves before that counts as a start. The bot needs no privileged intents.
 * @param own by the settings; undefined with `auto`, which means Discord's recommendation
 */
export function checkGateway({ gateway }: DiscordAnswers, own: OwnShards | undefined): Promise<Finding> {
  return checkAnswer(gateway, gatewaySchema, async ({ url, shards, session_start_limit: starts }) => {
    const left = `${starts.remaining} of ${starts.total} starts are left`;
    const hours = Math.max(1, Math.ceil(starts.reset_after / 3_600_000));
    const needed = own?.ids.length ?? shards;
    if (starts.remaining === 0) {
      return problem(`No start is left for the next ${hours} h: find out why the bot starts so often, then start it.`);
    }
    if (starts.remaining < needed) {
      return problem(
        `Only ${left}, for the next ${hours} h, and this process needs ${needed}: it would wait for that long. Find out why the bot starts so often.`,
      );
    }
    const trouble = await findGatewayTrouble(url);
    if (trouble) return problem(trouble);
    if (starts.remaining < FEW_STARTS) {
      return warning(`Only ${left}, for the next ${hours} h: find out why the bot starts so often.`);
    }
    if (own && shards > own.count) {
      const toSet = ownsAll(own)
        ? 'set it to auto'
        : `set it to ${shards} in all processes, and their DISCORD_SHARD_IDS`;
      return warning(
        `Discord recommends ${shards} shards, and DISCORD_SHARD_COUNT is ${own.count}: ${toSet}; a shard of more than 2,500 servers isn't let in.`,
      );
    }
    const share = own && !ownsAll(own) ? `this process has ${own.ids.join(', ')} of ${own.count}, ` : '';
    return ok(
      `The gateway answers, Discord recommends ${shards} ${shards === 1 ? 'shard' : 'shards'}, ${share}no intent has to be allowed, ${left}.`,
    );
  });
}
