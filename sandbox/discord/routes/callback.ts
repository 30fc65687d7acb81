import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { ApiError, invalidForm } from '../errors.ts';
import { FLAGS } from '../flags.ts';
import type { Choice, Interaction } from '../interactions.ts';
import { type MessageBody, refuseEmptyMessage, validatedBody } from '../message-body.ts';
import { param, type Route, type RouteRequest, type RouteResponse } from '../routing.ts';
import type { State } from '../state.ts';
import type { StoredMessage } from '../types.ts';
import { objectsIn } from '../walk.ts';
import { messageOnWire } from '../wire.ts';

/** @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
const CALLBACK = { message: 4, deferMessage: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const;
const COMMAND = 2;

interface CallbackBody {
  type: number;
  data?: MessageBody & { choices?: Choice[] };
}

/** `POST /interactions/{id}/{token}/callback`: the answer to an interaction, due once and within 3 s. */
export function callbackRoutes(state: State): Route[] {
  return [
    {
      method: 'POST',
      path: '/interactions/:interaction/:token/callback',
      authorization: 'token',
      bucket: { name: 'callback', limit: 5, windowMs: 1_000 },
      handle: (request) => {
        const interaction = findAcknowledgeable(state, request);
        const { type, data } = checkCallback(interaction, request);
        applyCallback(state, interaction, type, data ?? {}, request);
        interaction.acknowledge(type, data?.flags ?? 0);
        return callbackResponse(state, interaction, type, request.query['with_response'] === 'true');
      },
    },
  ];
}

function findAcknowledgeable(state: State, request: RouteRequest): Interaction {
  const interaction = state.interactions.find(param(request, 'interaction'));
  if (!interaction || interaction.token !== param(request, 'token')) {
    throw new ApiError('unknownInteraction', { rule: 'unknown interaction', detail: 'no such id and token' });
  }
  if (interaction.acknowledgement) {
    const breach = { rule: 'already acknowledged', detail: `interaction ${interaction.id} was answered twice` };
    throw new ApiError('alreadyAcknowledged', interaction.disturbed ? undefined : breach);
  }
  if (state.interactions.isTooLate(interaction)) {
    const detail = `${Date.now() - interaction.createdAtMs} ms after interaction ${interaction.id}`;
    const isLate = state.interactions.wasDeliveredInTime(interaction) && !interaction.disturbed;
    throw new ApiError('unknownInteraction', isLate ? { rule: 'late acknowledgement', detail } : undefined);
  }
  return interaction;
}

function checkCallback(interaction: Interaction, { body, files }: RouteRequest): CallbackBody {
  const context = {
    interactionType: interaction.type,
    ...findFocusedOption(interaction.payload.data),
    ...(interaction.sourceMessage ? editContext(interaction.sourceMessage) : {}),
  };
  if (isRecord(body) && body['type'] === CALLBACK.message) refuseEmptyMessage(body['data'] ?? {}, files);
  const callback = validatedBody<CallbackBody>('callback', body, files, context);
  const updates = callback.type === CALLBACK.deferUpdate || callback.type === CALLBACK.update;
  if (updates && !interaction.sourceMessage) {
    throw invalidForm([`type: ${callback.type} needs an interaction that comes from a message`]);
  }
  return callback;
}

/** The type of the option into which a member types, if there is one. */
function findFocusedOption(data: unknown): { focusedOptionType?: number } {
  for (const { focused, type } of objectsIn(data)) {
    if (focused === true && typeof type === 'number') return { focusedOptionType: type };
  }
  return {};
}

/** What the rules need to know about a message before it is edited. */
export function editContext(message: StoredMessage): {
  currentFlags: number;
  currentAttachments: { id: string; filename: string }[];
} {
  const files = [...message.attachments, ...message.embedded];
  return { currentFlags: message.flags, currentAttachments: files.map(({ id, filename }) => ({ id, filename })) };
}

function applyCallback(
  state: State,
  interaction: Interaction,
  type: number,
  data: MessageBody,
  request: RouteRequest,
): void {
  const ephemeral = ((data.flags ?? 0) & FLAGS.ephemeral) !== 0;
  switch (type) {
    case CALLBACK.message:
      interaction.original = state.messages.create({
        channel: interaction.channel,
        author: state.bot,
        body: data,
        files: request.files,
        sizeLimit: interaction.attachmentSizeLimit,
        type: interaction.type === COMMAND ? 20 : 19,
        interaction,
        ...(ephemeral ? { ephemeralFor: interaction.user.id } : {}),
      });
      break;
    case CALLBACK.deferMessage:
      interaction.original = state.messages.createLoading(interaction, state.bot, ephemeral);
      break;
    case CALLBACK.deferUpdate:
      interaction.original = interaction.sourceMessage;
      break;
    case CALLBACK.update:
      interaction.original = interaction.sourceMessage;
      if (!interaction.original || interaction.original.deleted) throw new ApiError('unknownMessage');
      state.messages.edit(interaction.original, data, request.files, interaction.attachmentSizeLimit);
      break;
    case CALLBACK.choices:
      interaction.choices = (data as { choices?: Choice[] }).choices ?? [];
      break;
    case CALLBACK.modal:
      // Safe cast: the rules have parsed the data of a callback of type 9 as a modal.
      interaction.modal = data as unknown as APIModalInteractionResponseCallbackData;
      break;
    default:
      throw invalidForm([`type: ${type} is not supported here`]);
  }
}

function callbackResponse(state: State, interaction: Interaction, type: number, withResponse: boolean): RouteResponse {
  if (!withResponse) return { status: 204 };
  const message = interaction.original;
  const showsMessage = message && (type === CALLBACK.message || type === CALLBACK.update);
  return {
    status: 200,
    body: {
      interaction: {
        id: interaction.id,
        type: interaction.type,
        ...(message
          ? {
              response_message_id: message.id,
              response_message_loading: message.thinking,
              response_message_ephemeral: message.ephemeralFor !== undefined,
            }
          : {}),
      },
      ...(showsMessage ? { resource: { type, message: messageOnWire(state, message) } } : {}),
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
