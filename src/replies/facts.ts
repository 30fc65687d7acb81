import type { Job } from '../jobs/job.ts';
import { type GenerationParameters, SAMPLING_LIST } from '../segmind/parameters.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { escaped, isBlank } from './escape.ts';
import { messageLink } from './format.ts';

/** Room for the prompt: the buttons below it should stay in sight. `Details` shows the whole of it. */
const PROMPT_LENGTH = 300;

function promptText({ parameters: { prompt } }: Job): string {
  return isBlank(prompt) ? '' : escaped(prompt, PROMPT_LENGTH);
}

/**
 * Who asked for it, and which image was edited. Discord itself says who above the reply to a command, nobody else sees private ones
 * and direct messages, and to a private message there is no link.
 */
export function attribution({ origin, isPrivate, guildId, channelId, requesterId, sharedAtMs, locale }: Job): string[] {
  const { requestedBy, sharedBy, editedFrom } = textsIn(locale).result;
  if (sharedAtMs !== undefined) return [sharedBy(`<@${requesterId}>`)];
  if (!origin || isPrivate) return [];
  const { messageId } = origin;
  return [
    ...(guildId === undefined ? [] : [requestedBy(`<@${requesterId}>`)]),
    ...(messageId === undefined ? [] : [editedFrom(messageLink({ guildId, channelId, messageId }))]),
  ];
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
export function samplingWords(parameters: GenerationParameters, { parameters: texts, result }: Texts): string[] {
  // One sample is what everyone expects.
  const shown = SAMPLING_LIST.filter(({ name }) => name !== 'samples' || parameters.samples > 1);
  return shown.map(({ name, kind }) => {
    const { label, unit } = texts[name];
    const value = String(parameters[name]);
    if (kind === 'choice') return value;
    return unit === undefined ? result.named(label, value) : result.counted(value, unit);
  });
}

/** A time as Discord's clients show it in the reader's own words and time zone. */
export function absoluteTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:f>`;
}

/** A time as Discord's clients show it in the reader's own words, counting by itself: no edit is needed to keep it true. */
export function relativeTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:R>`;
}
