import { type APIButtonComponent, type APIEmbed, ButtonStyle } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import { textsIn } from '../../texts/index.ts';
import { cut, escaped, isBlank, isEscapedWhole } from '../escape.ts';
import { samplingWords } from '../facts.ts';
import { describeFailure } from '../failure.ts';
import { mention, quoted, usdWords } from '../format.ts';
import { button, COLOURS } from '../message.ts';

/** A message has room for three jobs with the longest texts. */
const PROMPT_LENGTH = 1_000;
const NEGATIVE_PROMPT_LENGTH = 500;
const FAILURE_LENGTH = 250;

interface Outcome {
  readonly title: string;
  readonly colour: number;
  readonly detail?: string;
}

function describeOutcome({ state }: Job): Outcome {
  switch (state.name) {
    case 'delivered':
      return { title: 'Delivered', colour: COLOURS.finished };
    case 'failed': {
      // Further lines of a failure are addresses of images, for the member.
      const [sentence = ''] = describeFailure(state.failure).split('\n');
      return { title: 'Failed', colour: COLOURS.failed, detail: cut(sentence, FAILURE_LENGTH) };
    }
    case 'cancelled':
      return { title: 'Cancelled', colour: COLOURS.ended, detail: `Cancelled by ${mention('@', state.cancelledBy)}.` };
    case 'unknown':
      return {
        title: 'Outcome unknown',
        colour: COLOURS.failed,
        detail: 'The connection broke while it was handed over. It may have been painted and charged.',
      };
    case 'queued':
    case 'submitting':
    case 'submitted':
    case 'rendered':
    case 'delivering':
      return { title: 'Under way', colour: COLOURS.progress };
    default:
      return state satisfies never;
  }
}

function parameterWords({ parameters }: Job): string {
  const { width, height, seed } = parameters;
  return [`${width}×${height}`, ...samplingWords(parameters, textsIn('en')), `seed ${seed}`].join(' · ');
}

/** Where the image is to be seen by others than its requester. */
function publicMessage({ state, isPrivate, guildId, channelId, messageIds: [first] }: Job): string | undefined {
  if (isPrivate || state.name !== 'delivered' || guildId === undefined || first === undefined) return undefined;
  return `https://discord.com/channels/${guildId}/${channelId}/${first}`;
}

/** US$ of a job, as far as they are known. */
function costOf({ state, costUsd }: Job): number | undefined {
  return costUsd ?? (state.name === 'delivered' ? state.costUsd : undefined);
}

function negativePromptOf({ parameters, forced }: Job): string {
  return [parameters.negativePrompt, forced.negativePrompt].filter((text = '') => !isBlank(text)).join(', ');
}

/** The prompts of a job under its reference, where its embed has no room for all of them. */
export function longPrompts(job: Job): string[] {
  const { prompt } = job.parameters;
  const negative = negativePromptOf(job);
  if (isEscapedWhole(prompt, PROMPT_LENGTH) && isEscapedWhole(negative, NEGATIVE_PROMPT_LENGTH)) return [];
  const texts = [`Reference ${job.id}`, 'Prompt:', prompt, ...(negative === '' ? [] : ['Negative prompt:', negative])];
  return [texts.join('\n')];
}

/** A job that has ended, for moderators. @param number which of several in the same message, as the buttons name it */
export function jobEmbed(job: Job, number: number | undefined): APIEmbed {
  const { parameters } = job;
  const { title, colour, detail } = describeOutcome(job);
  const link = publicMessage(job);
  const costUsd = costOf(job);
  const negative = negativePromptOf(job);
  const facts = [
    ...(costUsd === undefined ? [] : [usdWords(costUsd)]),
    ...(link === undefined ? [] : [`[Jump to it](${link})`]),
  ];
  const lines = [
    `${mention('@', job.requesterId)} in ${mention('#', job.channelId)}${job.isPrivate ? ' · **private**' : ''}`,
    quoted(parameters.prompt, PROMPT_LENGTH),
    ...(negative === '' ? [] : [`Negative prompt: ${escaped(negative, NEGATIVE_PROMPT_LENGTH)}`]),
    parameterWords(job),
    ...(detail === undefined ? [] : [detail]),
    ...(facts.length > 0 ? [facts.join(' · ')] : []),
  ];
  return {
    color: colour,
    title: number === undefined ? title : `${number} · ${title}`,
    description: lines.join('\n'),
    footer: { text: `Reference ${job.id}` },
    timestamp: new Date(job.receivedAtMs).toISOString(),
  };
}

/** Takes a public image away; none where there is nothing that the bot could take away. */
export function deleteButton(job: Job, number: number | undefined): APIButtonComponent[] {
  if (publicMessage(job) === undefined) return [];
  const label = number === undefined ? 'Delete image' : `Delete image ${number}`;
  return [button({ action: 'log-delete', label, style: ButtonStyle.Danger }, job.id)];
}

/** Blocks who asked for these images. */
export function blockButton(memberId: string, numbers: readonly number[]): APIButtonComponent {
  const label = numbers.length === 0 ? 'Block member' : `Block member ${numbers.join(', ')}`;
  return button({ action: 'log-block', label }, memberId);
}
