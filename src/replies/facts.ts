import type { Job } from '../jobs/job.ts';
import { type GenerationParameters, SAMPLING_LIST, type SamplingName } from '../segmind/parameters.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { escaped, isBlank } from './escape.ts';
import { messageLink } from './format.ts';

/** Room for the prompt: the buttons below it should stay in sight. `Details` shows the whole of it. */
const PROMPT_LENGTH = 300;
/** Of an escaped name. */
const NAME_LENGTH = 100;

function promptText({ parameters: { prompt } }: Job): string {
  return isBlank(prompt) ? '' : escaped(prompt, PROMPT_LENGTH);
}

/**
 * Who requested the image, and which image it was edited from. Discord itself shows who used a command, and only the requester sees
 * private images and direct messages: there the name is left out.
 */
export function attribution({ origin, requesterId, sharedAtMs, locale, ...job }: Job): string[] {
  const { requestedBy, sharedBy, editedFrom } = textsIn(locale).result;
  const member = `<@${requesterId}>`;
  const isAloneHere = origin === undefined || job.isPrivate || job.guildId === undefined;
  const by = sharedAtMs === undefined ? (isAloneHere ? [] : [requestedBy(member)]) : [sharedBy(member)];
  if (origin?.messageId === undefined) return by;
  const { messageId, channelId = job.channelId, guildId = job.guildId } = origin;
  return [...by, editedFrom(messageLink({ guildId, channelId, messageId }))];
}

/** What every message of a job says: the prompt, these lines, who asked for it, and which image it was made from. */
export function jobText(job: Job, ...lines: readonly string[]): string {
  return [promptText(job), [...lines, ...attribution(job)].join('\n')].filter(Boolean).join('\n\n');
}

/** The small print under a message of a job: these notes, and for a private job in a server who else sees something of it. */
export function footerOf(
  { isPrivate, guildId, locale }: Pick<Job, 'isPrivate' | 'guildId' | 'locale'>,
  notes: readonly string[] = [],
) {
  const all = isPrivate && guildId !== undefined ? [...notes, textsIn(locale).result.privacy] : notes;
  return all.length > 0 ? { footer: { text: all.join(' · ') } } : {};
}

/** The sampling parameters in words, such as `30 steps`. */
export function samplingWords(
  parameters: Partial<Record<SamplingName, string | number>>,
  { parameters: texts, result }: Texts,
): string[] {
  return SAMPLING_LIST.flatMap(({ name, kind }) => {
    const { label, unit } = texts[name];
    const value = parameters[name];
    // One sample is what everyone expects.
    if (value === undefined || (name === 'samples' && value === 1)) return [];
    if (kind === 'choice') return [escaped(String(value), NAME_LENGTH)];
    return [unit === undefined ? result.named(label, value) : result.counted(String(value), unit)];
  });
}

/** The style's name in words; empty without a style. */
export function styleWords({ style }: Pick<Job, 'style'>, { styles, result }: Texts): string[] {
  return style ? [result.named(styles.label, escaped(style.name, NAME_LENGTH))] : [];
}

interface LoweredFacts extends Pick<Job, 'lowered'> {
  /** The values in use. */
  readonly parameters: Pick<GenerationParameters, 'width' | 'height' | SamplingName>;
}

/** What the server's limits have lowered, a sentence each. */
export function loweredLines({ lowered = [], parameters }: LoweredFacts, texts: Texts): string[] {
  const { sizes, parameters: words, result } = texts;
  return lowered.map(({ name, wanted }) =>
    name === 'size'
      ? result.lowered(sizes.label, wanted.replace('x', '×'), sizes.pixels(parameters.width, parameters.height))
      : result.lowered(words[name].label, wanted, String(parameters[name])),
  );
}

/** A time as Discord's clients show it in the reader's own words and time zone. */
export function absoluteTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:f>`;
}

/** A time as Discord's clients show it in the reader's own words, counting by itself: no edit is needed to keep it true. */
export function relativeTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:R>`;
}

/** The same for when something is over, never too early: clients cut to whole seconds. */
export function countdown(epochMs: number): string {
  return `<t:${Math.ceil(epochMs / 1_000)}:R>`;
}
