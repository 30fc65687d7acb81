import { ApiError, invalidForm } from '../errors.ts';
import { isThread } from '../guild.ts';
import { type MessageBody, refuseEmptyMessage, validatedBody } from '../message-body.ts';
import { PERMISSIONS } from '../permissions.ts';
import { param, type Route, type RouteRequest, snowflakeParam } from '../routing.ts';
import type { State } from '../state.ts';
import type { Channel, StoredMessage } from '../types.ts';
import { channelOnWire, messageOnWire } from '../wire.ts';
import { editContext } from './callback.ts';
import { pageOf } from './pages.ts';

/** The documentation says only "in the past few minutes", so a bot can rely on two. */
const NONCE_LIFETIME_MS = 120_000;
const TEXT_TYPES: ReadonlySet<number> = new Set([0, 1, 5, 10, 11, 12]);
const MESSAGES = '/channels/:channel/messages';

/** The routes of channels, which depend on the bot's own token and permissions. */
export function channelRoutes(state: State): Route[] {
  const authorization = 'bot';
  const reads = { name: 'channel read', limit: 50, windowMs: 1_000 };
  return [
    {
      method: 'GET',
      path: '/channels/:channel',
      authorization,
      bucket: reads,
      handle: (request) => ({ status: 200, body: channelOnWire(visibleChannel(state, request)) }),
    },
    {
      method: 'GET',
      path: MESSAGES,
      authorization,
      bucket: { ...reads, name: 'message list' },
      handle: (request) => {
        const channel = visibleChannel(state, request);
        const readable = hasPermission(state, channel, PERMISSIONS.readMessageHistory)
          ? publicMessages(state, channel)
          : [];
        return { status: 200, body: pageOf(readable, request.query).map((message) => messageOnWire(state, message)) };
      },
    },
    {
      method: 'POST',
      path: MESSAGES,
      authorization,
      bucket: { name: 'message create', limit: 5, windowMs: 5_000 },
      handle: (request) => ({ status: 200, body: messageOnWire(state, createMessage(state, request)) }),
    },
    {
      method: 'GET',
      path: `${MESSAGES}/:message`,
      authorization,
      bucket: { ...reads, name: 'message read' },
      handle: (request) => ({ status: 200, body: messageOnWire(state, visibleMessage(state, request)) }),
    },
    {
      method: 'PATCH',
      path: `${MESSAGES}/:message`,
      authorization,
      bucket: { name: 'message edit', limit: 5, windowMs: 5_000 },
      handle: (request) => {
        const message = visibleMessage(state, request);
        if (message.author !== state.bot) {
          throw new ApiError('notTheAuthor', { rule: 'not the author', detail: `message ${message.id}` });
        }
        if (request.files.length > 0) requirePermission(state, message.channel, PERMISSIONS.attachFiles);
        const body = validatedBody<MessageBody>(
          'channelMessageEdit',
          request.body,
          request.files,
          editContext(message),
        );
        state.messages.edit(message, body, request.files, state.settings.attachmentSizeLimit);
        return { status: 200, body: messageOnWire(state, message) };
      },
    },
    {
      method: 'DELETE',
      path: `${MESSAGES}/:message`,
      authorization,
      bucket: { name: 'message delete', limit: 5, windowMs: 1_000 },
      handle: (request) => {
        const message = visibleMessage(state, request);
        if (message.author !== state.bot) requirePermission(state, message.channel, PERMISSIONS.manageMessages);
        message.deleted = true;
        return { status: 204 };
      },
    },
  ];
}

function visibleChannel(state: State, request: RouteRequest): Channel {
  const channel = state.world.findChannel(snowflakeParam(request, 'channel'));
  if (!channel) throw new ApiError('unknownChannel');
  if (!state.world.canView(state.bot, channel)) throw new ApiError('missingAccess');
  return channel;
}

/** The bot's token can't reach ephemeral messages, nor those that still say that the bot is thinking. */
function visibleMessage(state: State, request: RouteRequest): StoredMessage {
  const channel = visibleChannel(state, request);
  const message = state.messages.find(param(request, 'message'));
  if (!message || message.channel !== channel || message.ephemeralFor !== undefined || message.thinking) {
    throw new ApiError('unknownMessage');
  }
  return message;
}

function publicMessages(state: State, channel: Channel): StoredMessage[] {
  return state.messages.in(channel).filter((message) => message.ephemeralFor === undefined);
}

function hasPermission(state: State, channel: Channel, permission: bigint): boolean {
  return !channel.guildId || (state.world.permissions(state.bot, channel) & permission) !== 0n;
}

function requirePermission(state: State, channel: Channel, permission: bigint): void {
  if (!hasPermission(state, channel, permission)) throw new ApiError('missingPermissions');
}

function createMessage(state: State, request: RouteRequest): StoredMessage {
  const channel = visibleChannel(state, request);
  if (!TEXT_TYPES.has(channel.type)) throw new ApiError('wrongChannelType');
  requirePermission(state, channel, isThread(channel) ? PERMISSIONS.sendMessagesInThreads : PERMISSIONS.sendMessages);
  if (channel.recipient && state.world.hasClosedDms(channel.recipient)) throw new ApiError('cannotMessageUser');
  refuseEmptyMessage(request.body, request.files);
  const body = validatedBody<MessageBody>('channelMessageCreate', request.body, request.files);
  if (request.files.length > 0) requirePermission(state, channel, PERMISSIONS.attachFiles);
  if (body.embeds?.length) requirePermission(state, channel, PERMISSIONS.embedLinks);
  if (body.enforce_nonce && body.nonce !== undefined) {
    const existing = state.messages.findByNonce(channel, state.bot, body.nonce, NONCE_LIFETIME_MS);
    if (existing) return existing;
  }
  const replyTo = findReferencedMessage(state, channel, body);
  return state.messages.create({
    channel,
    author: state.bot,
    body,
    files: request.files,
    sizeLimit: state.settings.attachmentSizeLimit,
    ...(replyTo ? { type: 19, replyTo } : {}),
  });
}

function findReferencedMessage(state: State, channel: Channel, body: MessageBody): StoredMessage | undefined {
  const reference = body.message_reference;
  if (!reference) return undefined;
  const message = publicMessages(state, channel).find(({ id }) => id === reference.message_id);
  if (message || reference.fail_if_not_exists === false) return message;
  throw invalidForm(['message_reference: Unknown message']);
}
