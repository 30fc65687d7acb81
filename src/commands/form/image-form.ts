import {
  type APIComponentInLabel,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import type { ImageForm } from '../../jobs/drafts.ts';
import type { Job } from '../../jobs/job.ts';
import { customId } from '../../replies/custom-id.ts';
import { PARAMETERS } from '../../segmind/parameters.ts';
import type { Texts } from '../../texts/index.ts';
import type { Defaults } from '../defaults.ts';
import { SIZES, sizeChoices } from '../sizes.ts';
import { FIELDS, UNCHANGED } from './fields.ts';

/** The choices of numbers: a select menu has at most 25, and one is needed for a number that is none of these. */
const STEPS = [20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100];
const GUIDANCE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 25];

interface FormParts {
  readonly customId: string;
  readonly title: string;
  /** What is painted where the member changes nothing. */
  readonly base: Defaults;
  /** What is typed and chosen already, as far as the form still offers it. */
  readonly filled: Partial<ImageForm>;
  /** What a value is called that no choice stands for. */
  readonly describeUnlisted: (value: string) => string;
  readonly texts: Texts;
}

/** The form that edits an image. @param filled default: the image's own parameters */
export function editForm(job: Job, texts: Texts, filled?: ImageForm): APIModalInteractionResponseCallbackData {
  const { prompt, negativePrompt = '' } = job.parameters;
  return imageForm({
    customId: customId('edit', job.id),
    title: texts.form.edit,
    base: job.parameters,
    filled: filled ?? { prompt, negativePrompt },
    describeUnlisted: texts.form.asItWas,
    texts,
  });
}

/** The form for a new image. @param filled default: empty */
export function composeForm(
  { base, isPrivate }: { base: Defaults; isPrivate: boolean },
  texts: Texts,
  filled: Partial<ImageForm> = {},
): APIModalInteractionResponseCallbackData {
  return imageForm({
    customId: customId('compose', isPrivate ? 'private' : 'public'),
    title: texts.form.compose,
    base,
    filled,
    describeUnlisted: texts.form.byDefault,
    texts,
  });
}

function imageForm({ base, filled, texts, ...form }: FormParts): APIModalInteractionResponseCallbackData {
  const { parameters, sizes } = texts;
  const pixels = sizes.pixels(base.width, base.height);
  const size = SIZES.find(({ width, height }) => width === base.width && height === base.height)?.value;
  const sizeOptions = sizeChoices(texts).map(({ name, value }) => ({ label: name, value }));
  const numbers = (values: readonly number[]) =>
    values.map((value) => ({ label: String(value), value: String(value) }));
  const select = (field: string, options: readonly APISelectMenuOption[], current: Current, chosen?: string) =>
    selectMenu(field, withCurrent(options, current), chosen ?? current.value ?? UNCHANGED);
  const numberSelect = (name: 'steps' | 'guidanceScale', values: readonly number[]) => {
    const value = base[name];
    const current = {
      value: values.includes(value) ? String(value) : undefined,
      label: form.describeUnlisted(String(value)),
    };
    return labelled(parameters[name], select(FIELDS[name], numbers(values), current, filled[name]));
  };
  const sizeSelect = select(
    FIELDS.size,
    sizeOptions,
    { value: size, label: form.describeUnlisted(pixels) },
    filled.size,
  );
  return {
    custom_id: form.customId,
    title: form.title,
    components: [
      labelled(parameters.prompt, textInput('prompt', filled.prompt)),
      labelled(parameters.negativePrompt, textInput('negativePrompt', filled.negativePrompt)),
      labelled({ label: sizes.label }, sizeSelect),
      numberSelect('steps', STEPS),
      numberSelect('guidanceScale', GUIDANCE),
    ],
  };
}

/** A value before the form: undefined where no choice stands for it. */
interface Current {
  readonly value: string | undefined;
  readonly label: string;
}

function withCurrent(options: readonly APISelectMenuOption[], { value, label }: Current): APISelectMenuOption[] {
  return value === undefined ? [{ label, value: UNCHANGED }, ...options] : [...options];
}

function selectMenu(field: string, options: readonly APISelectMenuOption[], chosen: string): APIComponentInLabel {
  // What was chosen may be offered no longer: then the first is, which needs no choice.
  const preset = options.find(({ value }) => value === chosen) ?? options[0];
  return {
    type: ComponentType.StringSelect,
    custom_id: field,
    options: options.map((option) => (option === preset ? { ...option, default: true } : option)),
  };
}

function textInput(name: 'prompt' | 'negativePrompt', value = ''): APIComponentInLabel {
  const { minLength, maxLength } = PARAMETERS[name];
  return {
    type: ComponentType.TextInput,
    custom_id: FIELDS[name],
    style: TextInputStyle.Paragraph,
    max_length: maxLength,
    required: minLength > 0,
    ...(minLength > 0 ? { min_length: minLength } : {}),
    // Discord refuses a text that is longer than it may be; an earlier release may have had room for more.
    ...(value === '' ? {} : { value: value.slice(0, maxLength) }),
  };
}

function labelled(
  { label, description }: { readonly label: string; readonly description?: string },
  component: APIComponentInLabel,
): APILabelComponent {
  return { type: ComponentType.Label, label, ...(description === undefined ? {} : { description }), component };
}
