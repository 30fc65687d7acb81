import { type APIModalInteractionResponseCallbackData, Collection, type ModalSubmitFields } from 'discord.js';
import { type FieldValues, fillModal } from '../../sandbox/discord/modal-fields.ts';

interface Submitted {
  readonly components: readonly { readonly component: { readonly custom_id: string } }[];
}

/** The fields of a form that a member submits with these changes, as discord.js has them. */
export function submittedFields(
  modal: APIModalInteractionResponseCallbackData,
  changes: FieldValues = {},
): Pick<ModalSubmitFields, 'fields'> {
  // Safe cast: the form has nothing but labels.
  const { components } = fillModal(modal, changes) as Submitted;
  const fields = components.map(({ component }) => [component.custom_id, component] as const);
  return { fields: new Collection(fields) as unknown as ModalSubmitFields['fields'] };
}
