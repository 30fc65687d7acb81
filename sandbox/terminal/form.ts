import { type FieldValues, fieldsOf, type Invocation, type ModalField } from '../discord/index.ts';
import type { TypedCommand } from './command-path.ts';
import { readOptions } from './parse-line.ts';

type Modal = NonNullable<Invocation['modal']>;

const STRING = 3;

/** A form as the lines of text that a member reads. */
export function formText(modal: Modal): string {
  return [
    `** ${modal.title} ** (a form: type submit, with what to change)`,
    ...fieldsOf(modal).map((field) => `    ${field.name}:${valueText(field)}  (${field.label})`),
  ].join('\n');
}

function valueText({ text, options }: ModalField): string {
  if (!options) return text.replaceAll('\n', '\\n');
  return `<${options.map(({ label, isChosen }) => (isChosen ? `[${label}]` : label)).join(' | ')}>`;
}

/** A form in the shape of a command, so that it is completed as one. */
export function formAsCommand(modal: Modal): TypedCommand {
  const options = fieldsOf(modal).map(({ name, label, options: choices }) => ({
    type: STRING,
    name,
    description: label,
    ...(choices ? { choices: choices.map((choice) => ({ name: choice.label, value: choice.value })) } : {}),
  }));
  return { name: 'submit', options };
}

/** Reads `name:value name:value`, with `\n` for a line break, and a label for what it stands for. @throws Error for an unknown name */
export function readFields(modal: Modal, text: string): FieldValues {
  const fields = fieldsOf(modal);
  const read = readOptions(
    text,
    fields.map(({ name }) => name),
  );
  if ('problem' in read) throw new Error(read.problem.replace('an option', 'a field'));
  return Object.fromEntries(
    Object.entries(read.options).map(([name, typed]) => {
      const options = fields.find((field) => field.name === name)?.options;
      const chosen = options?.find(({ label }) => label.toLowerCase() === typed.toLowerCase());
      return [name, chosen?.value ?? typed.replaceAll('\\n', '\n')];
    }),
  );
}
