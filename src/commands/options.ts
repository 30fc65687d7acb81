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

/** The lowered values that the request uses: what the member typed takes their place. */
function usedOf(lowered: readonly Lowered[], options: Options): readonly Lowered[] {
  const isTyped = ({ name }: Lowered) =>
    name === 'size'
      ? options.getString('size') !== null ||
        (options.getInteger('width') !== null && options.getInteger('height') !== null)
      : options.getInteger(PARAMETERS[name].option) !== null;
  return lowered.filter((its) => !isTyped(its));
}

/**
 * What a member asked for. Discord's client checks most of it, but a request can come without one.
 * Without a seed, or with -1, one is drawn, so that every image can be repeated.
 * @returns the problems, each a sentence for the member, when something isn't allowed
 */
export function parseOptions(
  options: Options,
  { defaults, lowered = [], isPrivate = false, style }: Preselection,
  texts: Texts,
): ParsedRequest | { problems: string[] } {
  const { mustBe, oneOf, uncharged } = texts.commands.timeless;
  const size = options.getString('size');
  const named = size === null ? defaults : SIZES.find(({ value }) => value === size);
  if (!named) return { problems: [mustBe('size', oneOf(SIZES.map(({ value }) => value))), uncharged] };
  const values: Record<string, unknown> = { ...defaults, width: named.width, height: named.height, seed: RANDOM_SEED };
  for (const parameter of PARAMETER_LIST) {
    const value = given(options, parameter);
    if (value !== undefined) values[parameter.name] = value;
  }
  if (values['seed'] === RANDOM_SEED) values['seed'] = drawSeed();
  const parsed = parametersSchema.safeParse(values);
  if (parsed.success) {
    const used = usedOf(lowered, options);
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
