import type { APIEmbedField } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import { escaped, isBlank } from './escape.ts';

/** Room for the prompt: all embeds of a message share 6000 characters. */
const PROMPT_LENGTH = 2_000;
const FIELD_LENGTH = 1_000;

export function promptText(job: Job): string {
  return escaped(job.parameters.prompt, PROMPT_LENGTH);
}

/** The parameters of a job, enough to make the same picture again. */
export function parameterFields(job: Job): APIEmbedField[] {
  const { seed, width, height, steps, guidanceScale, scheduler, samples, negativePrompt } = job.parameters;
  const field = (name: string, value: string | number) => ({ name, value: String(value), inline: true });
  return [
    ...(negativePrompt === undefined || isBlank(negativePrompt)
      ? []
      : [{ name: 'Negative prompt', value: escaped(negativePrompt, FIELD_LENGTH) }]),
    field('Seed', seed),
    field('Size', `${width}×${height}`),
    field('Steps', steps),
    field('Guidance', guidanceScale),
    field('Scheduler', scheduler),
    ...(samples > 1 ? [field('Samples', samples)] : []),
  ];
}

/** A time as Discord's clients show it in the reader's own words, counting by itself: no edit is needed to keep it true. */
export function relativeTime(epochMs: number): string {
  return `<t:${Math.floor(epochMs / 1_000)}:R>`;
}

export function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}
