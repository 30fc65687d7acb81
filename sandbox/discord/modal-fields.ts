import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { MAX_TEXT_LENGTH, TYPE } from './modal-types.ts';

/** What a member chooses or types, by custom id. A checkbox takes `true` and `false`. */
export type FieldValues = Readonly<Record<string, string | readonly string[]>>;

/** The fields of all kinds of modal inputs. */
interface Input {
  type: number;
  id?: number;
  custom_id?: string;
  /** Of the Label around it, or its own. */
  label?: string;
  value?: string;
  /** Whether a checkbox is ticked. */
  default?: boolean;
  required?: boolean;
  min_length?: number;
  max_length?: number;
  min_values?: number;
  max_values?: number;
  options?: readonly { label: string; value: string; default?: boolean }[];
  component?: Input;
  components?: readonly Input[];
}

/** What a member sees of a field. */
export interface ModalField {
  /** Its custom id. */
  readonly name: string;
  readonly label: string;
  /** What is typed there already. */
  readonly text: string;
  /** What can be chosen; undefined where text is typed. */
  readonly options?: readonly { readonly label: string; readonly value: string; readonly isChosen: boolean }[];
}

const YES_NO = ['true', 'false'];

/** Lists the fields of a modal, in order. */
export function fieldsOf(modal: APIModalInteractionResponseCallbackData): ModalField[] {
  // Safe cast: the rules have accepted these as the components of a modal.
  const components = modal.components as unknown as readonly Input[];
  return components.flatMap(({ label, component, components: inRow = [] }) =>
    [component, ...inRow].flatMap((input): ModalField[] => {
      if (input?.custom_id === undefined) return [];
      const isTicked = input.type === TYPE.checkbox ? String(input.default === true) : undefined;
      const options =
        input.options?.map((option) => ({ ...option, isChosen: option.default === true })) ??
        (isTicked && YES_NO.map((value) => ({ label: value, value, isChosen: value === isTicked })));
      return [
        {
          name: input.custom_id,
          label: label ?? input.label ?? '',
          text: input.value ?? '',
          ...(options ? { options } : {}),
        },
      ];
    }),
  );
}

/**
 * Fills in a modal as a member does and builds the submission; fields without a value keep what the bot put there.
 * @throws Error when Discord's client would not let the member submit
 */
export function fillModal(modal: APIModalInteractionResponseCallbackData, values: FieldValues): unknown {
  const known = new Set(fieldsOf(modal).map(({ name }) => name));
  for (const name of Object.keys(values)) if (!known.has(name)) throw new Error(`the modal has no field ${name}`);
  // Safe cast: the rules have accepted these as the components of a modal.
  const components = modal.components as unknown as readonly Input[];
  return {
    custom_id: modal.custom_id,
    components: components.map((component, index) => submittedComponent({ id: index + 1, ...component }, values)),
  };
}

function submittedComponent(component: Input, values: FieldValues): unknown {
  const { type, id = 1 } = component;
  if (type === TYPE.row)
    return { type, id, components: (component.components ?? []).map((inner) => submittedComponent(inner, values)) };
  if (type === TYPE.label)
    return { type, id, component: component.component && submittedComponent(component.component, values) };
  if (type === TYPE.textDisplay) return { type, id };
  const { custom_id: customId = '' } = component;
  const given = values[customId];
  if (type === TYPE.textInput) return { type, id, custom_id: customId, value: text(component, given) };
  if (type === TYPE.checkbox)
    return { type, id, custom_id: customId, value: String(given ?? component.default) === 'true' };
  const chosen = choose(component, given);
  return type === TYPE.radioGroup
    ? { type, id, custom_id: customId, value: chosen[0] ?? null }
    : { type, id, custom_id: customId, values: chosen };
}

function text(input: Input, given: string | readonly string[] | undefined): string {
  const value = given === undefined ? (input.value ?? '') : String(given);
  const { custom_id: name, required = true, min_length: shortest = 0, max_length: longest = MAX_TEXT_LENGTH } = input;
  if (required && value === '') throw new Error(`${name} must be filled in`);
  if (value !== '' && value.length < shortest) throw new Error(`${name} must have at least ${shortest} characters`);
  if (value.length > longest) throw new Error(`${name} must have at most ${longest} characters`);
  return value;
}

function choose(input: Input, given: string | readonly string[] | undefined): readonly string[] {
  const preset = input.options?.filter((option) => option.default).map(({ value }) => value) ?? [];
  const chosen = given === undefined ? preset : [given].flat();
  const { custom_id: name, required = true, min_values: fewest = required ? 1 : 0 } = input;
  const { max_values: most = input.type === TYPE.checkboxGroup ? (input.options?.length ?? 1) : 1 } = input;
  const unknown = chosen.find((value) => input.options && !input.options.some((option) => option.value === value));
  if (unknown !== undefined) throw new Error(`${name} has no option ${unknown}`);
  if (chosen.length < fewest || chosen.length > Math.max(1, most))
    throw new Error(`${name}: choose ${fewest} to ${most}`);
  return chosen;
}
