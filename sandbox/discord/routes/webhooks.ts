import { ApiError } from '../errors.ts';
import { FLAGS } from '../flags.ts';
import type { Interaction } from '../interactions.ts';
import { type MessageBody, refuseEmptyMessage, validatedBody } from '../message-body.ts';
import { param, type Route, type RouteRequest } from '../routing.ts';
import type { State } from '../state.ts';
import type { StoredMessage } from '../types.ts';
import { messageOnWire } from '../wire.ts';
import { editContext } from './callback.ts';

/** How long a token is valid by the documentation, regardless of the sandbox's settings. */
const DOCUMENTED_LIFETIME_MS = 900_000;
const MESSAGE_PATH = '/webhooks/:application/:token/messages/:message';

/** The routes with an interaction's token: the original response and follow-ups. */
export function webhookRoutes(state: State): Route[] {
  const edits = { name: 'webhook message', ...state.settings.editLimit };
  const authorization = 'token';
  return [
    {
      method: 'POST',
      path: '/webhooks/:application/:token',
      authorization,
      bucket: { name: 'webhook', limit: 5, windowMs: 2_000 },
      handle: (request) => {
        const interaction = findInteraction(state, request);
        return { status: 200, body: messageOnWire(state, followUp(state, interaction, request)) };
      },
    },
    {
      method: 'GET',
      path: MESSAGE_PATH,
      authorization,
      bucket: { ...edits, name: 'webhook message read' },
      handle: (request) => ({
        status: 200,
        body: messageOnWire(state, findMessage(findInteraction(state, request), request)),
      }),
    },
    {
      method: 'PATCH',
      path: MESSAGE_PATH,
      authorization,
      bucket: edits,
      handle: (request) => {
        const interaction = findInteraction(state, request);
        const message = findMessage(interaction, request);
        const body = validatedBody<MessageBody>(
          'webhookMessageEdit',
          request.body,
          request.files,
          editContext(message),
        );
        state.messages.edit(message, body, request.files, interaction.attachmentSizeLimit);
        return { status: 200, body: messageOnWire(state, message) };
      },
    },
    {
      method: 'DELETE',
      path: MESSAGE_PATH,
      authorization,
      bucket: { ...edits, name: 'webhook message delete' },
      handle: (request) => {
        findMessage(findInteraction(state, request), request).deleted = true;
        return { status: 204 };
      },
    },
  ];
}

/**
 * Finds the interaction by the token in the path.
 * A bot learns from the first refusal that a token is gone, so only later uses count as a breach.
 */
function findInteraction(state: State, request: RouteRequest): Interaction {
  const interaction = state.interactions.findByToken(param(request, 'token'));
  if (!interaction) {
    throw new ApiError('invalidWebhookToken', {
      rule: 'unknown webhook token',
      detail: 'no interaction has this token',
    });
  }
  if (param(request, 'application') !== state.applicationId) {
    throw new ApiError('unknownWebhook', { rule: 'unknown webhook', detail: 'the application id is not the bot’s' });
  }
  const ageMs = Date.now() - interaction.createdAtMs;
  if (interaction.isExpired) {
    const known = interaction.refused || ageMs > DOCUMENTED_LIFETIME_MS;
    interaction.refused = true;
    const breach = { rule: 'expired token', detail: `token of interaction ${interaction.id} used after ${ageMs} ms` };
    throw new ApiError('invalidWebhookToken', known ? breach : undefined);
  }
  if (!interaction.hasMessage) {
    const known = interaction.refused || interaction.acknowledgement !== undefined || interaction.reachedTheBot;
    interaction.refused = true;
    const breach = { rule: 'unknown webhook', detail: `interaction ${interaction.id} has no response to work on` };
    throw new ApiError('unknownWebhook', known ? breach : undefined);
  }
  return interaction;
}

function findMessage(interaction: Interaction, request: RouteRequest): StoredMessage {
  if (interaction.channel.deleted) throw new ApiError('unknownChannel');
  const id = param(request, 'message');
  const message =
    id === '@original' || id === interaction.original?.id
      ? interaction.original
      : interaction.followUps.find((candidate) => candidate.id === id);
  if (!message || message.deleted) throw new ApiError('unknownMessage');
  return message;
}

function followUp(state: State, interaction: Interaction, request: RouteRequest): StoredMessage {
  if (interaction.channel.deleted) throw new ApiError('unknownChannel');
  refuseEmptyMessage(request.body, request.files);
  const body = validatedBody<MessageBody>('webhookMessageCreate', request.body, request.files);
  const { original } = interaction;
  if (original?.thinking && !original.deleted) {
    state.messages.edit(original, body, request.files, interaction.attachmentSizeLimit);
    return original;
  }
  const message = state.messages.create({
    channel: interaction.channel,
    author: state.bot,
    body,
    files: request.files,
    sizeLimit: interaction.attachmentSizeLimit,
    type: 19,
    interaction,
    ...((body.flags ?? 0) & FLAGS.ephemeral ? { ephemeralFor: interaction.user.id } : {}),
  });
  interaction.followUps.push(message);
  return message;
}
