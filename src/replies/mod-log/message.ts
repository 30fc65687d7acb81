import type { APIEmbed } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import type { Texts } from '../../texts/index.ts';
import { cut, plain } from '../escape.ts';
import { COLOURS, type MessageBody, rowOf } from '../message.ts';
import { publicMessage } from '../public-message.ts';
import { textFile } from '../text-file.ts';
import { type CountedEntry, isJobEntry, type JobEntry } from './entry.ts';
import { entryLine, longPrompt } from './entry-line.ts';
import { blockButton, deleteButton, jobEmbed, longPrompts } from './job-embed.ts';

export { type CountedEntry, type ModLog, type ModLogEntry, mergeEntries, mergeKey } from './entry.ts';

/** A message has five rows of buttons, and each job has one. */
const MAX_JOBS = 5;
/** @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const MAX_DESCRIPTION_LENGTH = 4_096;
const MAX_EMBEDS_LENGTH = 6_000;
/** Room for the numbers in the titles, which come last. */
const NUMBER_LENGTH = '1 · '.length;

/** Discord takes 1024 characters. */
const PREVIEW_PROMPT_LENGTH = 900;

/** A file of a message; described for those who don't see it. */
interface LogFile {
  readonly attachment: Buffer;
  readonly name: string;
  readonly description?: string;
}

/** The preview of a job's images, once, if there is one. */
export type TakePreview = (jobId: string) => Buffer | undefined;

function lengthOf({ title, description, footer }: APIEmbed): number {
  return [title, description, footer?.text].reduce((sum, text = '') => sum + text.length, 0);
}

/** How many of the entries fit into one message, from the first on. */
function countFitting(entries: readonly CountedEntry[], texts: Texts): number {
  let [jobs, lines, total] = [0, 0, 0];
  for (const [index, entry] of entries.entries()) {
    const isJob = isJobEntry(entry);
    const length = isJob
      ? lengthOf(jobEmbed(entry, undefined, texts)) + NUMBER_LENGTH
      : entryLine(entry, texts).length + 1;
    if (isJob) jobs += 1;
    else lines += length;
    total += length;
    if (jobs > MAX_JOBS || lines > MAX_DESCRIPTION_LENGTH || total > MAX_EMBEDS_LENGTH) return index;
  }
  return entries.length;
}

/**
 * The numbers of all jobs that a button of this one is for, none for a single job; undefined where an earlier job has that button:
 * Discord takes a custom_id once per message.
 */
function numbersOf(
  jobs: readonly Job[],
  index: number,
  targetOf: (job: Job) => string | undefined,
): number[] | undefined {
  const targets = jobs.map(targetOf);
  const target = targets[index];
  if (target === undefined || targets.indexOf(target) !== index) return undefined;
  return targets.flatMap((other, at) => (jobs.length > 1 && other === target ? [at + 1] : []));
}

/** A row for each job, with the buttons that no earlier row has. */
function jobRows(jobs: readonly Job[], texts: Texts): MessageBody['components'] {
  return jobs.flatMap((job, index) => {
    const images = numbersOf(jobs, index, (its) => (publicMessage(its) === undefined ? undefined : its.id));
    const members = numbersOf(jobs, index, ({ requesterId }) => requesterId);
    return rowOf([
      ...(images ? [deleteButton(job.id, images, texts)] : []),
      ...(members ? [blockButton(job.requesterId, members, texts)] : []),
    ]);
  });
}

/** Every prompt that the message shows only in part, as it was typed. */
function promptFiles(entries: readonly CountedEntry[], texts: Texts): LogFile[] {
  const prompts = entries.flatMap((entry) =>
    isJobEntry(entry) ? longPrompts(entry.job, texts) : longPrompt(entry, texts),
  );
  if (prompts.length === 0) return [];
  // Discord shows the text of a file, but that of one with this name only after a click.
  const isFiltered = entries.some((entry) => entry.kind === 'refused' && entry.reason.name === 'filtered');
  return [textFile(isFiltered ? 'SPOILER_prompts.txt' : 'prompts.txt', [prompts.join('\n\n---\n\n')])];
}

/** What the delivered jobs' images look like, named by the number that their embeds and buttons have; hidden where the images are. */
function previewFiles(entries: readonly JobEntry[], takePreview: TakePreview, { modLog }: Texts): LogFile[] {
  return entries.flatMap((entry, index) => {
    const { id, state, isPrivate, forced, parameters } = entry.job;
    const find = () => (entry.kind === 'reported' ? entry.preview : takePreview(id));
    // One that was shared meanwhile stands further below again.
    const preview = isPrivate ? undefined : find();
    if (!preview || state.name !== 'delivered') return [];
    const name = `${forced.spoilers ? 'SPOILER_' : ''}${index + 1}.webp`;
    const description = modLog.preview(id, cut(plain(parameters.prompt), PREVIEW_PROMPT_LENGTH));
    return [{ attachment: preview, name, description }];
  });
}

/**
 * One message for a log channel, out of as many entries as Discord has room for; at least one.
 * @returns the message, its files, and how many of the entries are in it, from the first on
 */
export function modLogMessage(
  entries: readonly CountedEntry[],
  texts: Texts,
  takePreview: TakePreview = () => undefined,
): {
  body: MessageBody;
  files: LogFile[];
  taken: number;
} {
  const taken = countFitting(entries, texts);
  const shown = entries.slice(0, taken);
  const jobEntries: JobEntry[] = [];
  const lines: string[] = [];
  for (const entry of shown) {
    if (isJobEntry(entry)) jobEntries.push(entry);
    else lines.push(entryLine(entry, texts));
  }
  const jobs = jobEntries.map(({ job }) => job);
  const isWarning = shown.some(({ kind }) => kind === 'budget');
  const summary = { color: isWarning ? COLOURS.warning : COLOURS.ended, description: lines.join('\n') };
  const embeds = jobEntries.map((entry, index) => jobEmbed(entry, jobs.length > 1 ? index + 1 : undefined, texts));
  const body: MessageBody = {
    content: '',
    embeds: lines.length > 0 ? [summary, ...embeds] : embeds,
    components: jobRows(jobs, texts),
    allowed_mentions: { parse: [] },
  };
  return { body, files: [...promptFiles(shown, texts), ...previewFiles(jobEntries, takePreview, texts)], taken };
}
