import { ApiError, invalidForm } from '../errors.ts';
import type { Guild } from '../guild.ts';
import { validatedBody } from '../message-body.ts';
import { type Route, snowflakeParam } from '../routing.ts';
import type { State } from '../state.ts';
import type { User } from '../types.ts';
import { channelOnWire, userOnWire } from '../wire.ts';

/** @see https://discord.com/developers/docs/resources/user#get-current-user-guilds */
const MAX_GUILDS = 200;

/** The routes for the bot's identity, its gateway, its servers and direct messages. */
export function identityRoutes(state: State): Route[] {
  const authorization = 'bot';
  const bucket = { name: 'identity', limit: 50, windowMs: 1_000 };
  const application = () => ({
    status: 200,
    body: {
      id: state.applicationId,
      name: state.bot.globalName,
      icon: null,
      description: '',
      bot: userOnWire(state.bot),
      bot_public: state.settings.isPublic,
      bot_require_code_grant: false,
      verify_key: '0'.repeat(64),
      team: null,
      flags: 0,
      interactions_endpoint_url: state.settings.interactionsEndpointUrl,
      approximate_guild_count: state.world.guilds.filter(({ hasBot }) => hasBot).length,
    },
  });
  return [
    {
      method: 'GET',
      path: '/gateway/bot',
      authorization,
      bucket,
      handle: () => ({
        status: 200,
        body: {
          url: state.origin.replace('http', 'ws'),
          shards: state.settings.shards,
          session_start_limit: {
            // @see https://discord.com/developers/docs/events/gateway#session-start-limit-object
            total: state.identifyBudget.total,
            remaining: state.identifyBudget.remaining,
            reset_after: state.identifyBudget.resetAfterMs,
            max_concurrency: state.settings.maxConcurrency,
          },
        },
      }),
    },
    {
      method: 'GET',
      path: '/users/@me',
      authorization,
      bucket,
      handle: () => ({
        status: 200,
        body: { ...userOnWire(state.bot), verified: true, mfa_enabled: false, email: null },
      }),
    },
    {
      method: 'GET',
      path: '/users/@me/guilds',
      authorization,
      bucket: { ...bucket, name: 'own guilds' },
      handle: ({ query }) => {
        const limit = Number(query['limit'] ?? MAX_GUILDS);
        if (!Number.isInteger(limit) || limit < 1 || limit > MAX_GUILDS) {
          throw invalidForm([`limit: must be from 1 to ${MAX_GUILDS}`]);
        }
        const after = BigInt(query['after'] ?? 0);
        const guilds = state.world.guilds.filter(({ hasBot, id }) => hasBot && BigInt(id) > after);
        return { status: 200, body: guilds.slice(0, limit).map((guild) => userGuild(guild, state.bot)) };
      },
    },
    {
      method: 'GET',
      path: '/users/:user',
      authorization,
      bucket: { ...bucket, name: 'user' },
      handle: (request) => {
        const user = state.world.findUserById(snowflakeParam(request, 'user'));
        if (!user) throw new ApiError('unknownUser');
        return { status: 200, body: userOnWire(user) };
      },
    },
    { method: 'GET', path: '/applications/@me', authorization, bucket, handle: application },
    { method: 'GET', path: '/oauth2/applications/@me', authorization, bucket, handle: application },
    {
      method: 'POST',
      path: '/users/@me/channels',
      authorization,
      bucket: { ...bucket, name: 'direct message', limit: 10 },
      handle: (request) => {
        const body = validatedBody<{ recipient_id?: string }>('createDm', request.body, []);
        const user = state.world.findUser(String(body.recipient_id));
        if (!user || user.bot) throw new ApiError('invalidRecipient', { rule: 'recipient', detail: 'no such user' });
        return { status: 200, body: channelOnWire(state.world.directMessage(user)) };
      },
    },
  ];
}

/** A server in the list of the bot's servers. The permissions come from roles only, without channel overwrites. */
function userGuild(guild: Guild, { id }: User) {
  const roles = guild.members.get(id)?.roles ?? [];
  const permissions = [guild.everyone, ...roles].reduce((all, role) => all | role.permissions, 0n);
  return { id: guild.id, name: guild.name, owner: guild.owner.id === id, permissions: String(permissions) };
}
