import type { APIEmbedField } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { type GenerationParameters, PARAMETERS, SAMPLING_LIST } from '../segmind/parameters.ts';
import { escaped, isBlank } from './escape.ts';

/** Room for the prompt: all embeds of a message share 6000 characters. */
const PROMPT_LENGTH = 2_000;
const FIELD_LENGTH = 1_000;

export function promptText(job: Job): string {
  const { prompt } = job.parameters;
  return isBlank(prompt) ? '' : escaped(prompt, PROMPT_LENGTH);
}

const PRIVACY = "Only you can see this; this server's moderators may see its prompt.";

/** The small print under a message of a job: these notes, and for a private job in a server who sees what. */
export function footerOf({ isPrivate, guildId }: Pick<Job, 'isPrivate' | 'guildId'>, notes: readonly string[] = []) {
  const all = isPrivate && guildId !== undefined ? [...notes, PRIVACY] : notes;
  return all.length > 0 ? { footer: { text: all.join(' · ') } } : {};
}

/** A field for a text that is not the bot's; none when there is nothing to see. */
function textField(name: string, text = ''): APIEmbedField[] {
  return isBlank(text) ? [] : [{ name, value: escaped(text, FIELD_LENGTH) }];
}

/** The sampling parameters that a reply shows, each with its label and value, and in words such as `30 steps`. */
export function shownParameters(parameters: GenerationParameters): { label: string; value: string; words: string }[] {
  return SAMPLING_LIST.flatMap((parameter) => {
    const { name, label } = parameter;
    const value = String(parameters[name]);
    if (parameter.kind === 'choice') return [{ label, value, words: value }];
    if (parameters[name] === parameter.omittedAt) return [];
    const { unit } = parameter;
    return [{ label, value, words: unit === undefined ? `${label.toLowerCase()} ${value}` : `${value} ${unit}` }];
  });
}

/** The parameters of a job, enough to make the same image again. */
export function parameterFields(job: Job): APIEmbedField[] {
  const { parameters } = job;
  const { seed, width, height, negativePrompt } = parameters;
  const field = (name: string, value: string | number) => ({ name, value: String(value), inline: true });
  return [
    ...textField(PARAMETERS.negativePrompt.label, negativePrompt),
    ...textField(`${PARAMETERS.negativePrompt.label} (this server)`, job.forced.negativePrompt),
    field(PARAMETERS.seed.label, seed),
    field('Size', `${width}×${height}`),
    ...shownParameters(parameters).map(({ label, value }) => field(label, value)),
  ];
}

/** A time as Discord's clients show it in the reader's own words and time zone. */
export function absoluteTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:f>`;
}

/** A time as Discord's clients show it in the reader's own words, counting by itself: no edit is needed to keep it true. */
export function relativeTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:R>`;
}
