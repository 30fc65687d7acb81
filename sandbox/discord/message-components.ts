import type { Message } from './types.ts';
import { componentsIn } from './walk.ts';

const BUTTON = 2;
const STRING_SELECT = 3;
const SELECTS: ReadonlySet<number> = new Set([STRING_SELECT, 5, 6, 7, 8]);

export interface Button {
  label: string;
  customId?: string;
  url?: string;
  disabled: boolean;
}

export interface Select {
  type: number;
  id?: number;
  custom_id: string;
  placeholder?: string;
  disabled?: boolean;
  min_values?: number;
  max_values?: number;
  options?: readonly { label: string; value: string }[];
  /** The channel types that a channel select offers. */
  channel_types?: readonly number[];
}

/** Lists a message's buttons as members see them, in order. */
export function buttonsOf(message: Message): Button[] {
  return [...componentsIn(message.components)].flatMap((component) => {
    if (component.type !== BUTTON) return [];
    const { label, custom_id: customId, url, disabled } = component as unknown as Record<string, unknown>;
    return {
      label: typeof label === 'string' ? label : '',
      ...(typeof customId === 'string' ? { customId } : {}),
      ...(typeof url === 'string' ? { url } : {}),
      disabled: disabled === true,
    };
  });
}

/** Lists a message's select menus in order. */
export function selectsOf(message: Message): Select[] {
  return (
    [...componentsIn(message.components)]
      .filter(({ type }) => SELECTS.has(type))
      // Safe cast: every kind of select has these fields.
      .map((component) => component as unknown as Select)
  );
}

/** Finds a select by custom id or placeholder and checks the values. @throws Error when Discord's client would refuse them */
export function findSelect(message: Message, customIdOrPlaceholder: string, values: readonly string[]): Select {
  const select = selectsOf(message).find(
    ({ custom_id: customId, placeholder }) =>
      customId === customIdOrPlaceholder || placeholder === customIdOrPlaceholder,
  );
  if (!select) throw new Error(`the message has no select ${customIdOrPlaceholder}`);
  const { options, min_values: fewest = 1, max_values: most = 1 } = select;
  if (select.disabled) throw new Error(`the select ${customIdOrPlaceholder} is disabled`);
  if (values.length < fewest || values.length > most) throw new Error(`choose ${fewest} to ${most} values`);
  const missing = values.find((value) => options && !options.some((option) => option.value === value));
  if (missing !== undefined) throw new Error(`the select has no option ${missing}`);
  return select;
}
