import type { Lowered } from '../jobs/job.ts';
import { isBlank } from '../replies/escape.ts';
import {
  drawSeed,
  type GenerationParameters,
  nearestDimensions,
  PARAMETER_LIST,
  PARAMETERS,
  type Parameter,
  parametersSchema,
  RANDOM_SEED,
} from '../segmind/parameters.ts';
import type { Style } from '../styles/style.ts';
import type { Texts } from '../texts/index.ts';
import { fitSize, type Sides } from './fit-size.ts';
import { allowedWords, type Options, readOption } from './parameter-option.ts';
import type { Preselection } from './preselection.ts';
import { SIZES } from './sizes.ts';

/** The value of an option. Text stays as typed, since Segmind gets it untouched; text without a visible character counts as absent. */
function given(options: Options, parameter: Parameter): string | number | undefined {
  const value = readOption(options, parameter) ?? undefined;
  return parameter.kind === 'text' && typeof value === 'string' && isBlank(value) ? undefined : value;
}

function problemOf(parameter: Parameter, value: unknown, { commands }: Texts): string {
  const { mustBe, nearest } = commands.timeless;
  const problem = mustBe(parameter.option, allowedWords(parameter, commands));
  const isSide = parameter.kind === 'integer' && parameter.multipleOf !== undefined;
  return isSide && typeof value === 'number' ? `${problem} ${nearest(value, nearestDimensions(value))}` : problem;
}

interface ParsedRequest {
  readonly parameters: GenerationParameters;
  readonly isPrivate: boolean;
  readonly style?: Style;
  readonly lowered?: readonly Lowered[];
}

/** The size of the request, without the sides that the member typed, and whether it was lowered; undefined for one that doesn't exist. */
function readSize(
  options: Options,
  size: Preselection['size'],
): { readonly sides: Sides; readonly lowered: readonly Lowered[] } | undefined {
  const name = options.getString('size');
  if (name === null) {
    const [width, height] = [options.getInteger('width'), options.getInteger('height')];
    return fitSize(size, { ...(width === null ? {} : { width }), ...(height === null ? {} : { height }) });
  }
  const sides = SIZES.find(({ value }) => value === name);
  return sides && { sides, lowered: [] };
}

/**
 * What a member asked for. Discord's client checks most of it, but a request can come without one.
 * Without a seed, or with -1, one is drawn, so that every image can be repeated.
 * @returns the problems, each a sentence for the member, when something isn't allowed
 */
export function parseOptions(
  options: Options,
  { defaults, lowered, size: defaultSize, isPrivate = false, style }: Preselection,
  texts: Texts,
): ParsedRequest | { problems: string[] } {
  const { mustBe, oneOf, uncharged } = texts.commands.timeless;
  const size = readSize(options, defaultSize);
  if (!size) return { problems: [mustBe('size', oneOf(SIZES.map(({ value }) => value))), uncharged] };
  const values: Record<string, unknown> = {
    ...defaults,
    width: size.sides.width,
    height: size.sides.height,
    seed: RANDOM_SEED,
  };
  for (const parameter of PARAMETER_LIST) {
    const value = given(options, parameter);
    if (value !== undefined) values[parameter.name] = value;
  }
  if (values['seed'] === RANDOM_SEED) values['seed'] = drawSeed();
  const parsed = parametersSchema.safeParse(values);
  if (parsed.success) {
    const isUsed = ({ name }: Lowered) => name !== 'size' && options.getInteger(PARAMETERS[name].option) === null;
    const used = [...size.lowered, ...lowered.filter(isUsed)];
    return {
      parameters: parsed.data,
      isPrivate: options.getBoolean('private') ?? isPrivate,
      ...(style ? { style } : {}),
      ...(used.length > 0 ? { lowered: used } : {}),
    };
  }
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const problems = PARAMETER_LIST.filter(({ name }) => wrong.has(name));
  return { problems: [...problems.map((its) => problemOf(its, values[its.name], texts)), uncharged] };
}
