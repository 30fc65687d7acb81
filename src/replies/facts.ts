import type { APIEmbedField } from 'discord.js';
import type { Job } from '../jobs/job.ts';
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

/** The parameters of a job, enough to make the same picture again. */
export function parameterFields(job: Job): APIEmbedField[] {
  const { seed, width, height, steps, guidanceScale, scheduler, samples, negativePrompt } = job.parameters;
  const field = (name: string, value: string | number) => ({ name, value: String(value), inline: true });
  return [
    ...textField('Negative prompt', negativePrompt),
    ...textField('Negative prompt (this server)', job.forced.negativePrompt),
    field('Seed', seed),
    field('Size', `${width}×${height}`),
    field('Steps', steps),
    field('Guidance', guidanceScale),
    field('Scheduler', scheduler),
    ...(samples > 1 ? [field('Samples', samples)] : []),
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

export function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}
