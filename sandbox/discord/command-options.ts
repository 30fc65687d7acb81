import type { APIApplicationCommandOption } from 'discord.js';
import { OPTION, REFERENCES } from './option-types.ts';
import { checkReference, type Reference, type ReferenceContext } from './references.ts';
import type { ApplicationCommand } from './types.ts';

export type OptionValue = string | number | boolean;
export type OptionValues = Readonly<Record<string, OptionValue>>;

export interface Path {
  subcommand?: string | undefined;
  group?: string | undefined;
}

/** @see https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type */
const MAX_STRING_LENGTH = 6_000;

/** An option's definition, with the fields of all option types. */
export interface Definition {
  type: number;
  name: string;
  required?: boolean;
  autocomplete?: boolean;
  channel_types?: readonly number[];
  choices?: readonly { name: string; value: string | number }[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  options?: readonly APIApplicationCommandOption[];
}

export interface SentOption {
  name: string;
  type: number;
  value?: OptionValue;
  focused?: boolean;
  options?: SentOption[];
}

/**
 * Finds the options of a command, or of the subcommand at `path`.
 * @throws Error when the subcommand doesn't exist, or one is needed
 */
export function definitionsOf(command: ApplicationCommand, path: Path): readonly Definition[] {
  let level: readonly Definition[] = (command.options ?? []) as readonly Definition[];
  for (const [name, type] of [
    [path.group, OPTION.group],
    [path.subcommand, OPTION.subcommand],
  ] as const) {
    if (name === undefined) continue;
    const found = level.find((option) => option.name === name && option.type === type);
    if (!found) throw new Error(`/${command.name} has no ${name}`);
    level = (found.options ?? []) as readonly Definition[];
  }
  const inner = level.filter(({ type }) => type === OPTION.subcommand || type === OPTION.group);
  if (inner.length > 0) throw new Error(`/${command.name} needs one of ${inner.map(({ name }) => name).join(', ')}`);
  return level;
}

/**
 * Converts the values that a member filled in into the options that the client sends, and checks them as Discord's client does.
 * Numbers and booleans can be given as text, a choice by its name.
 * @throws Error with the reason
 */
export function fillOptions(
  definitions: readonly Definition[],
  values: OptionValues,
  where: ReferenceContext,
): SentOption[] {
  for (const { name, required } of definitions) {
    if (required && values[name] === undefined) throw new Error(`option ${name} is required`);
  }
  return Object.entries(values).map(([name, given]) => {
    const definition = findDefinition(definitions, name);
    return { name, type: definition.type, value: acceptedValue(definition, given, where) };
  });
}

/**
 * Like `fillOptions`, but for autocomplete: required options may still be missing, and invalid
 * values are sent as they are.
 * @throws Error for an option that isn't defined
 */
export function fillOptionsSoFar(
  definitions: readonly Definition[],
  values: OptionValues,
  where: ReferenceContext,
): SentOption[] {
  return Object.entries(values).map(([name, given]) => {
    const definition = findDefinition(definitions, name);
    try {
      return { name, type: definition.type, value: acceptedValue(definition, given, where) };
    } catch {
      return { name, type: definition.type, value: given };
    }
  });
}

/** Converts values without checking them; the type of an undefined option is guessed. */
export function forceOptions(definitions: readonly Definition[], values: OptionValues): SentOption[] {
  return Object.entries(values).map(([name, value]) => {
    const type = definitions.find((option) => option.name === name)?.type ?? guessType(value);
    return { name, type, value };
  });
}

/** Nests options below their group and subcommand. */
export function nest(options: SentOption[], path: Path): SentOption[] {
  let nested = options;
  if (path.subcommand !== undefined) nested = [{ name: path.subcommand, type: OPTION.subcommand, options: nested }];
  if (path.group !== undefined) nested = [{ name: path.group, type: OPTION.group, options: nested }];
  return nested;
}

/** Lists the ids in options, at any depth. */
export function referencesIn(options: readonly SentOption[]): Reference[] {
  return options.flatMap(({ type, value, options: inner = [] }) => [
    ...(REFERENCES.has(type) ? [{ type, id: String(value) }] : []),
    ...referencesIn(inner),
  ]);
}

function findDefinition(definitions: readonly Definition[], name: string): Definition {
  const definition = definitions.find((option) => option.name === name);
  if (!definition) throw new Error(`there is no option ${name}`);
  return definition;
}

function acceptedValue(definition: Definition, given: OptionValue, where: ReferenceContext): OptionValue {
  const value = parseTyped(definition, given);
  const { name, choices, min_value: min, max_value: max } = definition;
  if (choices) {
    const choice = choices.find((candidate) => candidate.value === value || candidate.name === String(given));
    if (!choice) throw new Error(`${name} must be one of ${choices.map((candidate) => candidate.name).join(', ')}`);
    return choice.value;
  }
  if (typeof value === 'number') {
    if (min !== undefined && value < min) throw new Error(`${name} must be at least ${min}`);
    if (max !== undefined && value > max) throw new Error(`${name} must be at most ${max}`);
  }
  if (definition.type === OPTION.string && typeof value === 'string') {
    const { min_length: shortest = 1, max_length: longest = MAX_STRING_LENGTH } = definition;
    if (value.length < shortest) throw new Error(`${name} must have at least ${shortest} characters`);
    if (value.length > longest) throw new Error(`${name} must have at most ${longest} characters`);
  }
  if (REFERENCES.has(definition.type)) {
    checkReference(where, { type: definition.type, id: String(value) }, name, definition.channel_types);
  }
  return value;
}

function parseTyped({ name, type }: Definition, given: OptionValue): OptionValue {
  if (type === OPTION.integer || type === OPTION.number) {
    const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${name} must be a number`);
    if (type === OPTION.integer && !Number.isSafeInteger(value)) throw new Error(`${name} must be a whole number`);
    return value;
  }
  if (type === OPTION.boolean) {
    if (typeof given === 'boolean') return given;
    if (/^(true|false)$/i.test(String(given))) return String(given).toLowerCase() === 'true';
    throw new Error(`${name} must be true or false`);
  }
  if (REFERENCES.has(type) && !/^\d{17,19}$/.test(String(given))) throw new Error(`${name} must be an id`);
  return String(given);
}

function guessType(value: OptionValue): number {
  if (typeof value === 'boolean') return OPTION.boolean;
  if (typeof value === 'number') return Number.isInteger(value) ? OPTION.integer : OPTION.number;
  return OPTION.string;
}
