import { type APIButtonComponent, type APIEmbed, ButtonStyle } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { joinTexts, withStyle } from '../../styles/style.ts';
import type { Texts } from '../../texts/index.ts';
import { cut, escaped, isBlank, isEscapedWhole } from '../escape.ts';
import { samplingWords, styleWords } from '../facts.ts';
import { describeFailure } from '../failure.ts';
import { mention, messageLink, quoted } from '../format.ts';
import { button, COLOURS } from '../message.ts';
import { publicMessage } from '../public-message.ts';
import { type JobEntry, reportersOf } from './entry.ts';

/** A message has room for three jobs with the longest texts. */
const PROMPT_LENGTH = 1_000;
const NEGATIVE_PROMPT_LENGTH = 500;
const FAILURE_LENGTH = 250;

interface Outcome {
  readonly title: string;
  readonly colour: number;
  readonly detail?: string;
}

/** What became of a job, or that it has not ended. */
export function describeOutcome({ state, sharedAtMs }: Job, texts: Texts): Outcome {
  const { modLog } = texts;
  switch (state.name) {
    case 'delivered':
      return { title: sharedAtMs === undefined ? modLog.delivered : modLog.shared, colour: COLOURS.finished };
    case 'failed': {
      // Further lines are addresses of images, for the member alone.
      const [sentence = ''] = describeFailure(state.failure, texts).split('\n');
      return { title: modLog.failed, colour: COLOURS.failed, detail: cut(sentence, FAILURE_LENGTH) };
    }
    case 'cancelled':
      return {
        title: modLog.cancelled,
        colour: COLOURS.ended,
        detail: modLog.cancelledBy(mention('@', state.cancelledBy)),
      };
    case 'unknown':
      return { title: modLog.unknown, colour: COLOURS.failed, detail: modLog.unknownReason };
    case 'queued':
    case 'submitting':
    case 'submitted':
    case 'rendered':
    case 'delivering':
      return { title: modLog.inProgress, colour: COLOURS.progress };
    default:
      return state satisfies never;
  }
}

function parametersText(job: Job, texts: Texts): string {
  const { parameters } = job;
  const { width, height, seed } = parameters;
  return [
    ...styleWords(job, texts),
    `${width}×${height}`,
    ...samplingWords(parameters, texts),
    texts.modLog.seed(seed),
  ].join(' · ');
}

/** US$, if known. */
function costOf({ state, costUsd }: Job): number | undefined {
  return costUsd ?? (state.name === 'delivered' ? state.costUsd : undefined);
}

/** As Segmind gets them. */
function promptsOf({ parameters, style, forced }: Job): { prompt: string; negative: string } {
  const { prompt, negativePrompt } = withStyle(parameters, style);
  const texts = [negativePrompt, forced.negativePrompt].filter((text = '') => !isBlank(text));
  return { prompt, negative: joinTexts(...texts) };
}

/** The prompts of a job under its reference, where its embed has no room for all of them. */
export function longPrompts(job: Job, { modLog }: Texts): string[] {
  const { prompt, negative } = promptsOf(job);
  if (isEscapedWhole(prompt, PROMPT_LENGTH) && isEscapedWhole(negative, NEGATIVE_PROMPT_LENGTH)) return [];
  const negativeLines = negative === '' ? [] : [modLog.file.negativePrompt, negative];
  return [[modLog.reference(job.id), modLog.file.prompt, prompt, ...negativeLines].join('\n')];
}

function describeReport(entry: Extract<JobEntry, { kind: 'reported' }>, { modLog }: Texts): Outcome {
  const { count } = entry;
  const { named, hasMore } = reportersOf(entry);
  const members = named.map((id) => mention('@', id));
  const times = count > 1 ? ` (${modLog.times(count)})` : '';
  return {
    title: `${modLog.reported}${times}`,
    colour: COLOURS.warning,
    detail: modLog.reportedBy(members, hasMore),
  };
}

/** The address of what moderators should look at. */
function linkOf(entry: JobEntry): string | undefined {
  const { kind, job } = entry;
  return kind === 'reported' ? messageLink({ ...job, messageId: entry.messageId }) : publicMessage(job);
}

/** A job, for moderators. @param number which of several in the same message, as the buttons name it */
export function jobEmbed(entry: JobEntry, number: number | undefined, texts: Texts): APIEmbed {
  const { modLog, format } = texts;
  const { job } = entry;
  const { prompt, negative } = promptsOf(job);
  const { title, colour, detail } =
    entry.kind === 'reported' ? describeReport(entry, texts) : describeOutcome(job, texts);
  const link = linkOf(entry);
  const costUsd = costOf(job);
  const facts = [
    ...(costUsd === undefined ? [] : [format.usd(costUsd)]),
    ...(link === undefined ? [] : [`[${modLog.jumpToImage}](${link})`]),
  ];
  const lines = [
    `${modLog.memberIn(mention('@', job.requesterId), mention('#', job.channelId))}${job.isPrivate ? ` · **${modLog.private}**` : ''}`,
    quoted(prompt, PROMPT_LENGTH),
    ...(negative === '' ? [] : [modLog.negativePrompt(escaped(negative, NEGATIVE_PROMPT_LENGTH))]),
    parametersText(job, texts),
    ...(detail === undefined ? [] : [detail]),
    ...(facts.length > 0 ? [facts.join(' · ')] : []),
  ];
  return {
    color: colour,
    title: number === undefined ? title : `${number} · ${title}`,
    description: lines.join('\n'),
    footer: { text: modLog.reference(job.id) },
    timestamp: new Date(job.receivedAtMs).toISOString(),
  };
}

/** Deletes a public image. */
export function deleteButton(jobId: string, numbers: readonly number[], { modLog }: Texts): APIButtonComponent {
  const label = [modLog.deleteImage, ...numberList(numbers)].join(' ');
  return button({ action: 'log-delete', label, style: ButtonStyle.Danger }, jobId);
}

/** Blocks the requester of these images. */
export function blockButton(memberId: string, numbers: readonly number[], { modLog }: Texts): APIButtonComponent {
  return button({ action: 'log-block', label: [modLog.blockMember, ...numberList(numbers)].join(' ') }, memberId);
}

const numberList = (numbers: readonly number[]) => (numbers.length === 0 ? [] : [numbers.join(', ')]);
