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
import { sizeChoices, sizeValue } from '../sizes.ts';
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

/** The form that edits an image. @param isPrivate whether only the member sees the new one @param filled default: the image's own parameters */
export function editForm(
  job: Job,
  isPrivate: boolean,
  texts: Texts,
  filled?: ImageForm,
): APIModalInteractionResponseCallbackData {
  const { prompt, negativePrompt = '' } = job.parameters;
  return imageForm({
    customId: customId(isPrivate ? 'edit-private' : 'edit', job.id),
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

function imageForm({ base, filled, describeUnlisted, texts, ...form }: FormParts) {
  const { parameters, sizes } = texts;
  const size = {
    options: sizeChoices(texts).map(({ name, value }) => ({ label: name, value })),
    current: sizeValue(base),
    unlisted: describeUnlisted(sizes.pixels(base.width, base.height)),
    chosen: filled.size,
  };
  const numberField = (name: 'steps' | 'guidanceScale', values: readonly number[]) => {
    const options = values.map((value) => ({ label: String(value), value: String(value) }));
    const current = String(base[name]);
    const choice = { options, current, unlisted: describeUnlisted(current), chosen: filled[name] };
    return labelled(parameters[name], selectMenu(FIELDS[name], choice));
  };
  return {
    custom_id: form.customId,
    title: form.title,
    components: [
      labelled(parameters.prompt, textInput('prompt', filled.prompt)),
      labelled(parameters.negativePrompt, textInput('negativePrompt', filled.negativePrompt)),
      labelled({ label: sizes.label }, selectMenu(FIELDS.size, size)),
      numberField('steps', STEPS),
      numberField('guidanceScale', GUIDANCE),
    ],
  };
}

interface Choice {
  readonly options: readonly APISelectMenuOption[];
  /** The value where the member changes nothing. */
  readonly current: string;
  /** What it is called if it is none of the options. */
  readonly unlisted: string;
  /** What the member chose before, which may be offered no longer. */
  readonly chosen: string | undefined;
}

function selectMenu(field: string, { options, current, unlisted, chosen }: Choice): APIComponentInLabel {
  const find = (wanted: string | undefined) => options.find(({ value }) => value === wanted);
  const unchanged = { label: unlisted, value: UNCHANGED };
  const all = find(current) ? options : [unchanged, ...options];
  const preset = find(chosen) ?? find(current) ?? unchanged;
  return {
    type: ComponentType.StringSelect,
    custom_id: field,
    options: all.map((option) => (option === preset ? { ...option, default: true } : option)),
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
