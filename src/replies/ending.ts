import { ButtonStyle } from 'discord.js';
import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { textsIn } from '../texts/index.ts';
import { cut, plain } from './escape.ts';
import { footerOf, parameterFields, promptText } from './facts.ts';
import { describeFailure } from './failure.ts';
import { type MessageBody, message } from './message.ts';

/** Discord's limit for the description of an attachment. */
const ALT_TEXT_LENGTH = 1_024;

const TRY_AGAIN = { action: 'reroll', label: 'Try again', style: ButtonStyle.Primary } as const;
export const FETCH = { action: 'fetch-image', label: 'Fetch image', style: ButtonStyle.Primary } as const;
const DELETE = { action: 'delete', label: 'Delete', style: ButtonStyle.Danger } as const;

type Delivered = Extract<Ending, { name: 'delivered' }>;

/** What became of the files where they could not all be attached as they are. */
export interface FileReport {
  /** How many were made smaller. */
  readonly reencoded: number;
  /** Addresses of images that are too large. */
  readonly tooLarge: readonly string[];
  /** Addresses of images that Discord did not take. */
  readonly refused: readonly string[];
  /** How many images are too large and have no address. */
  readonly lost: number;
  /** How many images Discord takes neither as files nor as addresses, or that have no address; then no address is shown. */
  readonly withheld: number;
}

const ALL_ATTACHED: FileReport = { reencoded: 0, tooLarge: [], refused: [], lost: 0, withheld: 0 };

/** Whether Discord shows neither an image nor an address of one: then they can still be fetched. */
export function showsNothing({ images, missingLinks }: Delivered, { lost, withheld }: FileReport): boolean {
  return withheld > 0 && lost + withheld === images.length + missingLinks.length;
}

/** What a screen reader says of an image: the prompt as it was typed. */
export function altText(job: Job, number: number): string {
  const { prompt, samples } = job.parameters;
  const which = samples > 1 ? `Image ${number} of ${samples}: ` : '';
  return cut(`${which}${plain(prompt)}`, ALT_TEXT_LENGTH);
}

function describeLost(lost: number, came: number): string {
  const which = lost === 1 ? 'One image' : `${lost} images`;
  const all = came === 1 ? 'The image was painted, but it' : 'The images were painted, but they';
  const subject = lost === came ? all : which;
  return `${subject} could not be attached here and can't be had in another way. Another size may help.`;
}

/** Lines about what could not be done as asked; empty when all is well. */
function finishedNotes(job: Job, ending: Delivered, report: FileReport): string[] {
  const asked = job.parameters.samples;
  const came = ending.facts.imageCount;
  // Discord shows what a link leads to, unless that is hidden as well.
  const shown = (link: string) => (job.forced.spoilers ? `||${link}||` : link);
  const linked = (sentence: string, links: readonly string[]) =>
    links.length > 0 ? [[sentence, ...links.map(shown)].join('\n')] : [];
  return [
    ...(came < asked ? [`The image service made ${came} of the ${asked} images asked for.`] : []),
    ...(report.lost > 0 ? [describeLost(report.lost, ending.images.length)] : []),
    ...(report.reencoded > 0 ? ["Made smaller (WebP) to fit Discord's limit for files here."] : []),
    ...(report.withheld > 0 ? ['Discord rejected the files here.'] : []),
    ...(report.withheld > 0 ? [] : linked('Not downloaded; for some days here:', ending.missingLinks)),
    ...linked("Too large for Discord's limit here; for some days it is at:", report.tooLarge),
    ...linked('Discord did not take it as a file; for some days it is at:', report.refused),
  ];
}

function deliveredMessage(job: Job, ending: Delivered, report: FileReport): MessageBody {
  const { renderSeconds, costUsd } = ending.facts;
  const notes = [
    ...(renderSeconds === undefined ? [] : [`Rendered in ${renderSeconds.toFixed(1)} s`]),
    ...(costUsd === undefined ? [] : [`cost US$ ${costUsd.toFixed(4)}`]),
  ];
  const hasNothing = report.lost === ending.images.length && ending.missingLinks.length === 0;
  return message(job.id, {
    colour: hasNothing ? 'failed' : 'finished',
    embed: {
      ...(hasNothing ? { title: 'No image' } : {}),
      description: [promptText(job), ...finishedNotes(job, ending, report)].join('\n\n'),
      fields: parameterFields(job),
      ...footerOf(job, notes),
    },
    buttons: [
      { action: 'reroll', label: 'Reroll', style: ButtonStyle.Primary },
      { action: 'new-seed', label: 'New seed' },
      DELETE,
    ],
  });
}

/** Trying again costs; fetching what is painted doesn't, as long as it is kept. */
function failedButtons({ failure, rendered }: Extract<Ending, { name: 'failed' }>) {
  if (!rendered) return [TRY_AGAIN, DELETE];
  return failure.kind === 'undeliverable' ? [FETCH, DELETE] : [FETCH, TRY_AGAIN, DELETE];
}

/**
 * The message that a job ends with.
 * @param report default: every image is attached as it is
 */
export function endMessage(job: Job, ending: Ending, report = ALL_ATTACHED): MessageBody {
  switch (ending.name) {
    case 'delivered':
      return deliveredMessage(job, ending, report);
    case 'failed':
      return message(job.id, {
        colour: 'failed',
        embed: {
          title: 'No image',
          description: `${promptText(job)}\n\n${describeFailure(ending.failure, textsIn(job.locale))}`,
          ...footerOf(job, [`Reference ${job.id}`]),
        },
        buttons: failedButtons(ending),
      });
    case 'unknown':
      return message(job.id, {
        colour: 'failed',
        embed: {
          title: 'Outcome unknown',
          description: `${promptText(job)}\n\nThe connection to the image service broke while this was handed over. It may have been painted and charged, but there is no way to find out, so nothing is sent again by itself.`,
          ...footerOf(job, [`Reference ${job.id}`]),
        },
        buttons: [TRY_AGAIN, DELETE],
      });
    case 'cancelled':
      return message(job.id, {
        colour: 'ended',
        embed: {
          title: 'Cancelled',
          description: `${promptText(job)}\n\nCancelled by <@${ending.cancelledBy}> before it was submitted. Nothing was charged.`,
          ...footerOf(job),
        },
        buttons: [TRY_AGAIN, DELETE],
      });
    default:
      return ending satisfies never;
  }
}

function summarize(ending: Ending): string {
  switch (ending.name) {
    case 'delivered':
      return 'Your image is painted.';
    case 'failed':
      return 'Your image could not be brought to you.';
    case 'unknown':
      return 'It is not known whether your image was painted; it may have been charged.';
    case 'cancelled':
      return 'Cancelled before it was submitted. Nothing was charged.';
    default:
      return ending satisfies never;
  }
}

/** In place of `endMessage` when Discord finds something wrong with that: the same end without a word of the member's. */
export function plainEndMessage(job: Job, ending: Ending, report = ALL_ATTACHED): MessageBody {
  const notes = ending.name === 'delivered' ? finishedNotes(job, ending, report) : [];
  const lines = [summarize(ending), 'Discord did not take the message about it.', `Reference ${job.id}`, ...notes];
  const canBeFetched =
    ending.name === 'failed' ? ending.rendered : ending.name === 'delivered' && showsNothing(ending, report);
  return message(job.id, { content: lines.join('\n'), buttons: [...(canBeFetched ? [FETCH] : []), DELETE] });
}

/** A further message of the same job, for the files that the first one has no room for. */
export function furtherMessage(job: Job): MessageBody {
  return message(job.id, { buttons: [DELETE] });
}
