import type { ModalSubmitFields } from 'discord.js';
import type { ImageForm } from '../../jobs/drafts.ts';
import { PARAMETERS } from '../../segmind/parameters.ts';
import type { Defaults } from '../defaults.ts';
import type { Options } from '../parameter-option.ts';
import { sizeValue } from '../sizes.ts';

/** The fields of the form for an image, which are called as the options of `/timeless`. */
export const FIELDS = {
  prompt: PARAMETERS.prompt.option,
  negativePrompt: PARAMETERS.negativePrompt.option,
  size: 'size',
  steps: PARAMETERS.steps.option,
  guidanceScale: PARAMETERS.guidanceScale.option,
} as const satisfies Record<keyof ImageForm, string>;

/** The choice that leaves a value as it was. */
export const UNCHANGED = 'unchanged';

/** What a member typed and chose. A field that is missing, which only forged forms lack, is empty or unchanged. */
export function readFields({ fields }: Pick<ModalSubmitFields, 'fields'>): ImageForm {
  const textOf = (name: string) => {
    const field = fields.get(name);
    return field && 'value' in field && typeof field.value === 'string' ? field.value : '';
  };
  const choiceOf = (name: string) => {
    const field = fields.get(name);
    return (field && 'values' in field ? field.values[0] : undefined) ?? UNCHANGED;
  };
  return {
    prompt: textOf(FIELDS.prompt),
    negativePrompt: textOf(FIELDS.negativePrompt),
    size: choiceOf(FIELDS.size),
    steps: choiceOf(FIELDS.steps),
    guidanceScale: choiceOf(FIELDS.guidanceScale),
  };
}

interface BesideForm {
  /** What the form had chosen already. */
  readonly shown: Defaults;
  readonly isPrivate: boolean;
  /** Absent for a new one. */
  readonly seed?: number;
}

/** A form as the options of `/timeless` that say the same. */
export function toOptions(form: ImageForm, { shown, isPrivate, seed }: BesideForm): Options {
  const unchanged = {
    size: sizeValue(shown),
    steps: String(shown.steps),
    guidanceScale: String(shown.guidanceScale),
  };
  const chosen = (name: keyof typeof unchanged) =>
    [UNCHANGED, unchanged[name]].includes(form[name]) ? null : form[name];
  const numbers: Readonly<Record<string, number | string | null>> = {
    [FIELDS.steps]: chosen('steps'),
    [FIELDS.guidanceScale]: chosen('guidanceScale'),
    [PARAMETERS.seed.option]: seed ?? null,
  };
  const strings: Readonly<Record<string, string | null>> = {
    [FIELDS.prompt]: form.prompt,
    [FIELDS.negativePrompt]: form.negativePrompt,
    [FIELDS.size]: chosen('size'),
  };
  const getNumber = (name: string) => {
    const value = numbers[name] ?? null;
    return value === null ? null : Number(value);
  };
  return {
    getString: (name) => strings[name] ?? null,
    getInteger: getNumber,
    getNumber,
    getBoolean: (name) => (name === 'private' ? isPrivate : null),
  };
}
