import type { ChatInputCommandInteraction } from 'discord.js';
import { escaped, isBlank } from '../replies/escape.ts';
import {
  drawSeed,
  type GenerationParameters,
  nearestDimensions,
  PARAMETER_LIMITS,
  parametersSchema,
  SCHEDULERS,
} from '../segmind/parameters.ts';
import type { Defaults } from './defaults.ts';
import { SIZES } from './sizes.ts';

const { dimension, seed: seedLimits } = PARAMETER_LIMITS;

type Options = Pick<ChatInputCommandInteraction['options'], 'getString' | 'getInteger' | 'getNumber' | 'getBoolean'>;

const range = (kind: string, { min, max }: { min: number; max: number }) => `a ${kind} from ${min} to ${max}`;

/** Discord's name of each parameter, and what is allowed. */
const ALLOWED: Record<string, { option: string; allowed: string }> = {
  prompt: { option: 'prompt', allowed: `visible text of 1 to ${PARAMETER_LIMITS.prompt.maxLength} characters` },
  negativePrompt: {
    option: 'negative_prompt',
    allowed: `text of up to ${PARAMETER_LIMITS.negativePrompt.maxLength} characters`,
  },
  steps: { option: 'steps', allowed: range('whole number', PARAMETER_LIMITS.steps) },
  guidanceScale: { option: 'guidance', allowed: range('number', PARAMETER_LIMITS.guidanceScale) },
  samples: {
    option: 'samples',
    allowed: range('whole number', PARAMETER_LIMITS.samples),
  },
  seed: { option: 'seed', allowed: range('whole number', seedLimits) },
  scheduler: { option: 'scheduler', allowed: SCHEDULERS.join(', ') },
};

/** A text as it was typed, since the image service gets it untouched; nothing when nothing of it can be seen. */
function typedText(options: Options, name: string): string | undefined {
  const text = options.getString(name);
  return text === null || isBlank(text) ? undefined : text;
}

/** Removes what the member didn't give. */
function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

function dimensionProblem(name: string, value: number): string {
  const nearest = nearestDimensions(value).join(' or ');
  return `\`${name}\`: ${value} is not allowed. It must be a multiple of ${dimension.multipleOf} from ${dimension.min} to ${dimension.max}. Nearest: ${nearest}.`;
}

/**
 * What a member asked for. Discord's client checks most of it, but a request can come without one.
 * Without a seed, or with -1, one is drawn, so that every picture can be repeated.
 * @param defaults for what the member doesn't give
 * @returns the problems, each a sentence for the member, when something isn't allowed
 */
export function parseOptions(
  options: Options,
  defaults: Defaults,
): { parameters: GenerationParameters; isPrivate: boolean } | { problems: string[] } {
  const size = options.getString('size');
  const named = size === null ? defaults : SIZES.find(({ value }) => value === size);
  if (!named) {
    const allowed = SIZES.map(({ value }) => value).join(', ');
    return { problems: [`\`size\`: “${escaped(size ?? '', 50)}” is not a size. Allowed: ${allowed}.`] };
  }
  const width = options.getInteger('width') ?? named.width;
  const height = options.getInteger('height') ?? named.height;
  const seed = options.getInteger('seed');
  const parsed = parametersSchema.safeParse(
    given({
      prompt: typedText(options, 'prompt'),
      negativePrompt: typedText(options, 'negative_prompt'),
      width,
      height,
      steps: options.getInteger('steps') ?? defaults.steps,
      guidanceScale: options.getNumber('guidance') ?? defaults.guidanceScale,
      scheduler: options.getString('scheduler') ?? defaults.scheduler,
      samples: options.getInteger('samples') ?? defaults.samples,
      seed: seed === null || seed === seedLimits.random ? drawSeed() : seed,
    }),
  );
  if (parsed.success) return { parameters: parsed.data, isPrivate: options.getBoolean('private') ?? false };
  const problems = new Map<string, string>();
  for (const { path, message } of parsed.error.issues) {
    const name = String(path[0]);
    const side = name === 'width' ? width : name === 'height' ? height : undefined;
    const { option, allowed } = ALLOWED[name] ?? { option: name, allowed: message };
    const problem =
      side === undefined
        ? `\`${option}\` is not allowed as it was given. Allowed: ${allowed}.`
        : dimensionProblem(name, side);
    if (!problems.has(name)) problems.set(name, problem);
  }
  return { problems: [...problems.values(), 'Nothing was started.'] };
}
