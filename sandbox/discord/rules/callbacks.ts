import {
  ApplicationCommandAutocompleteCallbackRequestSchema,
  CreateMessageInteractionCallbackRequestSchema,
  LaunchActivityInteractionCallbackRequestSchema,
  ModalInteractionCallbackRequestSchema,
  PongInteractionCallbackRequestSchema,
  UpdateMessageInteractionCallbackRequestSchema,
} from 'discord-api-spec/zod';
import type * as z from 'zod/mini';
import { checkChoices, checkChoiceValues } from './choices.ts';
import type { BodyContext } from './context.ts';
import { ALLOWED_FLAGS, checkFlags } from './flags.ts';
import { checkMessage } from './messages.ts';
import { checkModal } from './modals.ts';
import type { Choice, MessageBody, Modal } from './shapes.ts';

/** @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
const CALLBACK = {
  pong: 1,
  message: 4,
  defer: 5,
  deferUpdate: 6,
  update: 7,
  autocomplete: 8,
  modal: 9,
  activity: 12,
} as const;
const INTERACTION = { ping: 1, command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const;

const SCHEMAS: ReadonlyMap<number, z.ZodMiniType> = new Map([
  [CALLBACK.pong, PongInteractionCallbackRequestSchema],
  [CALLBACK.message, CreateMessageInteractionCallbackRequestSchema],
  [CALLBACK.defer, CreateMessageInteractionCallbackRequestSchema],
  [CALLBACK.deferUpdate, UpdateMessageInteractionCallbackRequestSchema],
  [CALLBACK.update, UpdateMessageInteractionCallbackRequestSchema],
  [CALLBACK.autocomplete, ApplicationCommandAutocompleteCallbackRequestSchema],
  [CALLBACK.modal, ModalInteractionCallbackRequestSchema],
  [CALLBACK.activity, LaunchActivityInteractionCallbackRequestSchema],
]);

const ALLOWED: ReadonlyMap<number, readonly number[]> = new Map([
  [INTERACTION.ping, [CALLBACK.pong]],
  [INTERACTION.command, [CALLBACK.message, CALLBACK.defer, CALLBACK.modal, CALLBACK.activity]],
  [
    INTERACTION.component,
    [CALLBACK.message, CALLBACK.defer, CALLBACK.deferUpdate, CALLBACK.update, CALLBACK.modal, CALLBACK.activity],
  ],
  [INTERACTION.autocomplete, [CALLBACK.autocomplete]],
  [
    INTERACTION.modalSubmit,
    [CALLBACK.message, CALLBACK.defer, CALLBACK.deferUpdate, CALLBACK.update, CALLBACK.activity],
  ],
]);

/** The schema of a callback type; undefined for an unknown type. */
export function callbackSchema(type: unknown): z.ZodMiniType | undefined {
  return typeof type === 'number' ? SCHEMAS.get(type) : undefined;
}

function checkType(type: number, { interactionType, interactionHasMessage }: BodyContext): string[] {
  if (interactionType === undefined) return [];
  if (!ALLOWED.get(interactionType)?.includes(type))
    return [`type: ${type} does not answer an interaction of type ${interactionType}`];
  const changesMessage = type === CALLBACK.deferUpdate || type === CALLBACK.update;
  return changesMessage && interactionHasMessage === false
    ? [`type: ${type} needs a message, and this interaction came without one`]
    : [];
}

function checkDefer(data: MessageBody): string[] {
  const others = Object.keys(data).filter((key) => key !== 'flags');
  return [...others.map((key) => `${key}: a defer has only flags`), ...checkFlags(data.flags, ALLOWED_FLAGS.defer)];
}

function checkData(type: number, data: object, context: BodyContext): string[] {
  // Safe casts: the schema of this callback type has accepted the data.
  switch (type) {
    case CALLBACK.message:
      return checkMessage(
        data as MessageBody,
        { isEdit: false, allowedFlags: ALLOWED_FLAGS.interactionMessage },
        context,
      );
    case CALLBACK.defer:
      return checkDefer(data as MessageBody);
    case CALLBACK.deferUpdate:
      return Object.keys(data).map((key) => `${key}: a deferred update has no data`);
    case CALLBACK.update:
      return checkMessage(data as MessageBody, { isEdit: true, allowedFlags: ALLOWED_FLAGS.edit }, context);
    case CALLBACK.autocomplete: {
      const { choices } = data as { choices?: Choice[] | null };
      if (!choices) return ['choices: required'];
      const { focusedOptionType } = context;
      return [
        ...checkChoices(choices, 'choices'),
        ...(focusedOptionType === undefined ? [] : checkChoiceValues(choices, focusedOptionType, 'choices')),
      ];
    }
    case CALLBACK.modal:
      return checkModal(data as Modal);
    default:
      return [];
  }
}

const NEEDS_DATA: readonly number[] = [CALLBACK.message, CALLBACK.update, CALLBACK.autocomplete, CALLBACK.modal];

/** Lists what Discord would refuse in the answer to an interaction, beyond its schema. */
export function checkCallback(callback: { type: number; data?: object | null }, context: BodyContext): string[] {
  const { type, data } = callback;
  const problems = checkType(type, context);
  if (!data) return NEEDS_DATA.includes(type) ? [...problems, 'data: required'] : problems;
  return [...problems, ...checkData(type, data, context).map((problem) => `data.${problem}`)];
}
