import { checkEveryComponent, flatten, type Placed } from './components.ts';
import type { Modal } from './shapes.ts';

const TYPE = { actionRow: 1, textInput: 4, label: 18 } as const;
const MAX_TOP_LEVEL = 5;

function checkTextInput({ path, component }: Placed, isInLabel: boolean): string[] {
  const { label, value, min_length, max_length } = component;
  const problems: string[] = [];
  if (isInLabel && label) problems.push(`${path}.label: the text belongs into the Label around the input`);
  if (!isInLabel && !label) problems.push(`${path}.label: required`);
  const least = min_length ?? 0;
  const most = max_length ?? Number.POSITIVE_INFINITY;
  if (least > most) problems.push(`${path}.min_length: more than max_length`);
  if (value && (value.length < least || value.length > most))
    problems.push(`${path}.value: shorter or longer than the input allows`);
  return problems;
}

function checkPlaced(placed: Placed): string[] {
  const { path, component } = placed;
  const problems: string[] = [];
  if (component.type === TYPE.textInput) problems.push(...checkTextInput(placed, path.endsWith('.component')));
  if (component.type === TYPE.actionRow && (component.components?.length ?? 0) > 1) {
    problems.push(`${path}.components: a row holds one text input`);
  }
  if (component.disabled) problems.push(`${path}.disabled: not in a modal`);
  if (component.min_values === 0 && component.required !== false) {
    problems.push(`${path}.min_values: 0 needs required: false`);
  }
  return problems;
}

/** Lists what Discord would refuse in a modal, beyond its schema. @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal */
export function checkModal(modal: Modal): string[] {
  const placed = flatten(modal.components);
  const problems = [...placed.flatMap(checkPlaced), ...checkEveryComponent(placed)];
  if (modal.components.length > MAX_TOP_LEVEL) {
    // Discord's OpenAPI document says 40, but the documentation says 1 to 5.
    problems.push(`components: ${modal.components.length} components at the top of a modal, at most ${MAX_TOP_LEVEL}`);
  }
  return problems;
}
